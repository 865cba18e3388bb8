// Claims: which worker runs which range, and until when.
#include <fmt/format.h>

#include <algorithm>

#include "campaign/shared/shared_campaign.h"
#include "campaign/shared/sql_values.h"

namespace fencepost::campaign {
namespace {

// A condition on a row of `scenario`: the plateau of $1 executions does not end it yet.
constexpr std::string_view kBelowPlateau =
    "(CAST($1 AS bigint) = 0 OR executions - new_at < CAST($1 AS bigint))";

// A condition on a row of `seed_range`: it is not tried again.
std::string GivenUp(std::string_view now) {
  return fmt::format("(losses >= {} AND claimed_until > 0 AND claimed_until < {})",
                     SharedCampaign::kMostLosses - 1, now);
}

}  // namespace

std::string SharedCampaign::Deadline() const {
  return fmt::format("{} + {}", database_->dialect().now,
                     absl::ToInt64Microseconds(options_.claim_time));
}

absl::StatusOr<ClaimAnswer> SharedCampaign::Claim(std::uint64_t plateau) {
  ClaimAnswer answer;
  absl::Status status = Transact([&]() -> absl::Status {
    answer = {};
    const Dialect& dialect = database_->dialect();
    auto claim = ClaimLost(plateau);
    // Workers that come at once take ranges of different scenarios, so as not to wait for each
    // other. Where another worker holds each scenario, this one waits.
    if (claim.ok() && !*claim) claim = ClaimNext(plateau, dialect.lock_unless_held);
    if (claim.ok() && !*claim) claim = ClaimNext(plateau, dialect.lock);
    if (!claim.ok()) return claim.status();
    answer.claim = *claim;
    return answer.claim ? absl::OkStatus() : LookAhead(plateau, answer);
  });
  if (!status.ok()) return status;
  return answer;
}

absl::StatusOr<std::optional<RangeClaim>> SharedCampaign::ClaimLost(std::uint64_t plateau) {
  const auto lost = database_->Run(
      fmt::format("SELECT CAST(scenario AS text), CAST(number AS text) FROM seed_range"
                  " WHERE finished = 0 AND claimed_until < {} AND NOT {}"
                  " AND scenario IN (SELECT place FROM scenario WHERE {})"
                  " ORDER BY seed_range.number, seed_range.scenario LIMIT 1 {}",
                  database_->dialect().now, GivenUp(database_->dialect().now), kBelowPlateau,
                  database_->dialect().lock_unless_held),
      {NumberText(plateau)});
  if (!lost.ok()) return lost.status();
  if (lost->empty()) return std::nullopt;
  const auto taken = database_->Run(
      fmt::format("UPDATE seed_range SET attempt = attempt + 1,"
                  " losses = losses + CASE WHEN claimed_until > 0 THEN 1 ELSE 0 END,"
                  " claimed_until = {}"
                  " WHERE scenario = CAST($1 AS bigint) AND number = CAST($2 AS bigint)"
                  " RETURNING CAST(attempt AS text)",
                  Deadline()),
      lost->front());
  if (!taken.ok()) return taken.status();
  RangeClaim claim;
  claim.scenario = ParseUnsigned(lost->front()[0]);
  claim.number = ParseUnsigned(lost->front()[1]);
  claim.attempt = ParseUnsigned(taken->front()[0]);
  claim.seeds = SeedsOf(claim.number);
  return claim;
}

absl::StatusOr<std::optional<RangeClaim>> SharedCampaign::ClaimNext(std::uint64_t plateau,
                                                                    std::string_view lock) {
  const auto next = database_->Run(
      fmt::format("SELECT CAST(place AS text), CAST(next_range AS text) FROM scenario"
                  " WHERE {} AND next_range < CAST($2 AS bigint)"
                  " ORDER BY scenario.next_range, scenario.place LIMIT 1 {}",
                  kBelowPlateau, lock),
      {NumberText(plateau), NumberText(ranges())});
  if (!next.ok()) return next.status();
  if (next->empty()) return std::nullopt;
  auto done = database_->Run(
      "UPDATE scenario SET next_range = next_range + 1 WHERE place = CAST($1 AS bigint)",
      {next->front()[0]});
  if (done.ok()) {
    done = database_->Run(fmt::format("INSERT INTO seed_range VALUES (CAST($1 AS bigint),"
                                      " CAST($2 AS bigint), 1, 0, {}, 0, 0, '')",
                                      Deadline()),
                          next->front());
  }
  if (!done.ok()) return done.status();
  RangeClaim claim;
  claim.scenario = ParseUnsigned(next->front()[0]);
  claim.number = ParseUnsigned(next->front()[1]);
  claim.attempt = 1;
  claim.seeds = SeedsOf(claim.number);
  return claim;
}

// What there is to wait for when there is nothing to claim.
absl::Status SharedCampaign::LookAhead(std::uint64_t plateau, ClaimAnswer& answer) {
  const auto held = database_->Run(
      fmt::format("SELECT CAST(COALESCE(MIN(claimed_until) - {}, 0) AS text),"
                  " CAST(COUNT(*) AS text) FROM seed_range"
                  " WHERE finished = 0 AND NOT {}"
                  " AND scenario IN (SELECT place FROM scenario WHERE {})",
                  database_->dialect().now, GivenUp(database_->dialect().now), kBelowPlateau),
      {NumberText(plateau)});
  if (!held.ok()) return held.status();
  answer.over = held->front()[1] == "0";
  const std::int64_t micros = std::strtoll(held->front()[0].c_str(), nullptr, 10);
  answer.next_deadline = absl::Microseconds(std::max<std::int64_t>(0, micros));
  return absl::OkStatus();
}

absl::StatusOr<bool> SharedCampaign::Renew(const RangeClaim& claim) {
  bool held = false;
  absl::Status status = Transact([&]() -> absl::Status {
    const auto renewed = database_->Run(
        fmt::format("UPDATE seed_range SET claimed_until = {}"
                    " WHERE scenario = CAST($1 AS bigint) AND number = CAST($2 AS bigint)"
                    " AND attempt = CAST($3 AS bigint) AND finished = 0"
                    " RETURNING CAST(number AS text)",
                    Deadline()),
        {NumberText(claim.scenario), NumberText(claim.number), NumberText(claim.attempt)});
    if (!renewed.ok()) return renewed.status();
    held = !renewed->empty();
    return absl::OkStatus();
  });
  if (!status.ok()) return status;
  return held;
}

absl::Status SharedCampaign::Release(const RangeClaim& claim) {
  return Transact([&] {
    // 0 means given back and not lost.
    return database_
        ->Run(
            "UPDATE seed_range SET claimed_until = 0"
            " WHERE scenario = CAST($1 AS bigint) AND number = CAST($2 AS bigint)"
            " AND attempt = CAST($3 AS bigint) AND finished = 0",
            {NumberText(claim.scenario), NumberText(claim.number), NumberText(claim.attempt)})
        .status();
  });
}

}  // namespace fencepost::campaign
