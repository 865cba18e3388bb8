#include "campaign/shared/shared_campaign.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <thread>
#include <utility>

#include "absl/status/status.h"
#include "campaign/shared/sql_values.h"

namespace fencepost::campaign {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds kFirstPause{50};
constexpr std::chrono::milliseconds kLongestPause{2000};

// The database was out of reach, or has undone the transaction in favour of another one.
bool WorthRepeating(const absl::Status& status) {
  return absl::IsUnavailable(status) || absl::IsUnknown(status);
}

}  // namespace

bool SharedSummary::finished() const {
  return std::all_of(scenarios.begin(), scenarios.end(),
                     [](const OneScenario& scenario) { return scenario.finished(); });
}

std::vector<std::string> SharedCampaign::scenarios() const {
  std::vector<std::string> names;
  for (const auto& scenario : identity_.scenarios) names.push_back(scenario.name);
  return names;
}

std::uint64_t SharedCampaign::ranges() const {
  return (seeds().last - seeds().first) / range_seeds() + 1;
}

SeedRange SharedCampaign::SeedsOf(std::uint64_t number) const {
  const std::uint64_t offset = number * range_seeds();
  const std::uint64_t more = std::min(range_seeds() - 1, seeds().last - seeds().first - offset);
  return {seeds().first + offset, seeds().first + offset + more};
}

absl::Status SharedCampaign::Try(const std::function<absl::Status()>& work) {
  absl::Status status = database_->Begin();
  if (status.ok()) status = work();
  if (status.ok()) status = database_->Commit();
  if (!status.ok()) database_->RollBack();
  return status;
}

// A commit in doubt is repeated too: claims and ends of ranges are fenced by their attempt, and the
// other transactions only read.
absl::Status SharedCampaign::Transact(const std::function<absl::Status()>& work) {
  const std::lock_guard lock(mutex_);
  const auto end = Clock::now() + absl::ToChronoNanoseconds(options_.claim_time);
  auto pause = kFirstPause;
  while (true) {
    absl::Status status = Try(work);
    if (!WorthRepeating(status) || Clock::now() + pause > end) return status;
    std::this_thread::sleep_for(pause);
    pause = std::min(2 * pause, kLongestPause);
  }
}

absl::StatusOr<std::unique_ptr<SharedCampaign>> SharedCampaign::Join(
    std::unique_ptr<Database> database, const CampaignIdentity& identity, const Options& options) {
  std::unique_ptr<SharedCampaign> campaign(
      new SharedCampaign(std::move(database), identity, options));
  absl::Status joined = campaign->Transact([&campaign] { return campaign->JoinOrMake(); });
  if (!joined.ok()) return joined;
  return campaign;
}

absl::Status SharedCampaign::JoinOrMake() {
  if (absl::Status schema = database_->PrepareSchema(); !schema.ok()) return schema;
  const auto campaign = database_->Run(
      "SELECT strategy, revision, first_seed, last_seed, CAST(range_seeds AS text),"
      " CAST(conform AS text) FROM campaign");
  if (!campaign.ok()) return campaign.status();
  return campaign->empty() ? Make() : Compare(campaign->front());
}

absl::Status SharedCampaign::Make() {
  CampaignIdentity made = identity_;
  if (!made.seeds) made.seeds = options_.seeds;
  if (!made.range_seeds) made.range_seeds = options_.range_seeds;
  auto done = database_->Run(
      "INSERT INTO campaign VALUES (1, CAST($1 AS text), CAST($2 AS text), CAST($3 AS text),"
      " CAST($4 AS text), CAST($5 AS bigint), CAST($6 AS bigint))",
      {made.strategy, made.revision, SeedText(made.seeds->first), SeedText(made.seeds->last),
       NumberText(*made.range_seeds), made.conform ? "1" : "0"});
  for (std::size_t place = 0; done.ok() && place < made.scenarios.size(); ++place) {
    const auto& scenario = made.scenarios[place];
    done = database_->Run(
        "INSERT INTO scenario VALUES (CAST($1 AS bigint), CAST($2 AS text), CAST($3 AS text),"
        " 0, 0, 0, 0)",
        {NumberText(place), scenario.name, scenario.parameters});
  }
  if (!done.ok()) return done.status();
  identity_ = std::move(made);
  return absl::OkStatus();
}

absl::Status SharedCampaign::Compare(const Database::Row& campaign) {
  CampaignIdentity theirs;
  theirs.strategy = campaign[0];
  theirs.revision = campaign[1];
  theirs.seeds = SeedRange{ParseUnsigned(campaign[2]), ParseUnsigned(campaign[3])};
  theirs.range_seeds = ParseUnsigned(campaign[4]);
  theirs.conform = campaign[5] == "1";
  const auto scenarios =
      database_->Run("SELECT name, parameters FROM scenario ORDER BY scenario.place");
  if (!scenarios.ok()) return scenarios.status();
  for (const auto& row : *scenarios) theirs.scenarios.push_back({row[0], row[1]});
  const std::string difference = Difference(theirs, identity_);
  if (!difference.empty()) {
    return absl::FailedPreconditionError(
        fmt::format("{} holds another campaign: {}; give another place", place(), difference));
  }
  identity_ = std::move(theirs);
  return absl::OkStatus();
}

}  // namespace fencepost::campaign
