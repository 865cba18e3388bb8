// The summary: what the campaign has come to so far.
#include <fmt/format.h>

#include "campaign/shared/shared_campaign.h"
#include "campaign/shared/sql_values.h"

namespace fencepost::campaign {
namespace {

// A campaign may have millions of ranges: they are read in pages.
constexpr std::size_t kPage = 10'000;

}  // namespace

absl::StatusOr<SharedSummary> SharedCampaign::Summary() {
  SharedSummary summary;
  absl::Status status = Transact([&]() -> absl::Status {
    summary = {};
    if (absl::Status read = ReadScenarios(summary); !read.ok()) return read;
    for (std::size_t place = 0; place < summary.scenarios.size(); ++place) {
      if (absl::Status read = ReadRanges(place, summary.scenarios[place]); !read.ok()) return read;
    }
    return ReadFindings(summary);
  });
  if (!status.ok()) return status;
  return summary;
}

absl::Status SharedCampaign::ReadScenarios(SharedSummary& summary) {
  const auto rows = database_->Run(
      "SELECT CAST(virtual_millis AS text), CAST(executions - new_at AS text),"
      " CAST((SELECT COUNT(*) FROM coverage WHERE scenario = place) AS text)"
      " FROM scenario ORDER BY scenario.place");
  if (!rows.ok()) return rows.status();
  for (const auto& row : *rows) {
    SharedSummary::OneScenario& scenario = summary.scenarios.emplace_back();
    scenario.ranges = ranges();
    scenario.tally.virtual_time =
        absl::Milliseconds(static_cast<std::int64_t>(ParseUnsigned(row[0])));
    scenario.since_new = ParseUnsigned(row[1]);
    scenario.points = ParseUnsigned(row[2]);
  }
  const auto probes =
      database_->Run("SELECT CAST(scenario AS text), name, CAST(hits AS text) FROM probe");
  if (!probes.ok()) return probes.status();
  for (const auto& row : *probes) {
    summary.scenarios.at(ParseUnsigned(row[0])).tally.probes[row[1]] = ParseUnsigned(row[2]);
  }
  return absl::OkStatus();
}

absl::Status SharedCampaign::ReadRanges(std::size_t place, SharedSummary::OneScenario& scenario) {
  std::string from = "0";
  while (true) {
    const auto rows = database_->Run(
        fmt::format("SELECT CAST(number AS text), CAST(finished AS text), CAST(executions AS text),"
                    " digest, CASE WHEN losses >= {} AND claimed_until > 0 AND claimed_until < {} "
                    "THEN '1' ELSE '0' END"
                    " FROM seed_range"
                    " WHERE scenario = CAST($1 AS bigint) AND number >= CAST($2 AS bigint)"
                    " ORDER BY seed_range.number LIMIT {}",
                    kMostLosses - 1, database_->dialect().now, kPage),
        {NumberText(place), from});
    if (!rows.ok()) return rows.status();
    for (const auto& row : *rows) {
      if (row[1] == "1") {
        Tally range;
        range.executions = ParseUnsigned(row[2]);
        range.digest = ParseUnsigned(row[3]);
        scenario.tally.Add(range);
        ++scenario.finished_ranges;
      } else if (row[4] == "1") {
        scenario.given_up.push_back(SeedsOf(ParseUnsigned(row[0])));
      }
    }
    if (rows->size() < kPage) return absl::OkStatus();
    from = NumberText(ParseUnsigned(rows->back()[0]) + 1);
  }
}

absl::Status SharedCampaign::ReadFindings(SharedSummary& summary) {
  const auto failures =
      database_->Run("SELECT CAST(COALESCE(SUM(executions), 0) AS text) FROM failure");
  if (!failures.ok()) return failures.status();
  summary.failures = ParseUnsigned(failures->front()[0]);
  const auto rows = database_->Run(
      "SELECT CAST(scenario AS text), property, shape, seed, CAST(seen AS text), replay"
      " FROM finding ORDER BY finding.scenario, finding.seed, finding.shape_id");
  if (!rows.ok()) return rows.status();
  for (const auto& row : *rows) {
    summary.findings.push_back({.scenario = ParseUnsigned(row[0]),
                                .property = row[1],
                                .shape = row[2],
                                .seed = ParseUnsigned(row[3]),
                                .seen = ParseUnsigned(row[4]),
                                .replay = row[5]});
  }
  return absl::OkStatus();
}

}  // namespace fencepost::campaign
