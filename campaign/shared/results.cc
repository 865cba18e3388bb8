// Results: what a finished range adds to the campaign.
#include <fmt/format.h>

#include "campaign/shared/shared_campaign.h"
#include "campaign/shared/sql_values.h"
#include "campaign/text.h"
#include "sim/engine/label.h"

namespace fencepost::campaign {
namespace {

// "(CAST($1 AS bigint), CAST($2 AS text)), (CAST($1 …": `rows` rows that share their first value.
// One statement for all rows costs one round trip.
std::string Rows(std::size_t rows, std::initializer_list<std::string_view> types) {
  std::string text;
  std::size_t parameter = 1;
  for (std::size_t row = 0; row < rows; ++row) {
    text += row == 0 ? "(CAST($1 AS bigint)" : ", (CAST($1 AS bigint)";
    for (const std::string_view type : types) {
      text += fmt::format(", CAST(${} AS {})", ++parameter, type);
    }
    text += ')';
  }
  return text;
}

}  // namespace

absl::StatusOr<bool> SharedCampaign::Finish(const RangeClaim& claim, const RangeResult& result) {
  bool counts = false;
  absl::Status status = Transact([&]() -> absl::Status {
    const auto first = MarkFinished(claim, result);
    if (!first.ok()) return first.status();
    counts = *first;
    if (!counts) {
      // It may have been finished by an earlier try of this claim whose reply was lost.
      const auto mine = database_->Run(
          "SELECT CAST(number AS text) FROM seed_range WHERE scenario = CAST($1 AS bigint)"
          " AND number = CAST($2 AS bigint) AND attempt = CAST($3 AS bigint) AND finished = 1",
          {NumberText(claim.scenario), NumberText(claim.number), NumberText(claim.attempt)});
      if (!mine.ok()) return mine.status();
      counts = !mine->empty();
      return absl::OkStatus();
    }
    if (absl::Status added = AddProbes(claim, result.tally.probes); !added.ok()) return added;
    const auto new_points = AddCoverage(claim, result.coverage);
    if (!new_points.ok()) return new_points.status();
    if (absl::Status added = AddFailures(claim, result); !added.ok()) return added;
    return database_
        ->Run(
            "UPDATE scenario SET executions = executions + CAST($1 AS bigint),"
            " virtual_millis = virtual_millis + CAST($2 AS bigint),"
            " new_at = CASE WHEN CAST($3 AS bigint) = 1 THEN executions + CAST($1 AS bigint)"
            " ELSE new_at END WHERE place = CAST($4 AS bigint)",
            {NumberText(result.tally.executions),
             std::to_string(absl::ToInt64Milliseconds(result.tally.virtual_time)),
             *new_points ? "1" : "0", NumberText(claim.scenario)})
        .status();
  });
  if (!status.ok()) return status;
  return counts;
}

absl::StatusOr<bool> SharedCampaign::MarkFinished(const RangeClaim& claim,
                                                  const RangeResult& result) {
  const auto marked = database_->Run(
      "UPDATE seed_range SET finished = 1, executions = CAST($1 AS bigint),"
      " digest = CAST($2 AS text) WHERE scenario = CAST($3 AS bigint)"
      " AND number = CAST($4 AS bigint) AND attempt = CAST($5 AS bigint) AND finished = 0"
      " RETURNING CAST(number AS text)",
      {NumberText(result.tally.executions), SeedText(result.tally.digest),
       NumberText(claim.scenario), NumberText(claim.number), NumberText(claim.attempt)});
  if (!marked.ok()) return marked.status();
  return !marked->empty();
}

// In the order of names, as every other worker does: two workers that come at once cannot deadlock.
absl::Status SharedCampaign::AddProbes(const RangeClaim& claim, const ProbeHits& hits) {
  std::vector<std::string> parameters = {NumberText(claim.scenario)};
  std::size_t rows = 0;
  for (const auto& [name, count] : hits) {
    if (count == 0) continue;
    parameters.push_back(name);
    parameters.push_back(NumberText(count));
    ++rows;
  }
  if (rows == 0) return absl::OkStatus();
  return database_
      ->Run(fmt::format("INSERT INTO probe (scenario, name, hits) VALUES {}"
                        " ON CONFLICT (scenario, name) DO UPDATE"
                        " SET hits = probe.hits + excluded.hits",
                        Rows(rows, {"text", "bigint"})),
            parameters)
      .status();
}

// True if a point was new.
absl::StatusOr<bool> SharedCampaign::AddCoverage(const RangeClaim& claim,
                                                 const std::set<std::string>& points) {
  if (points.empty()) return false;
  std::vector<std::string> parameters = {NumberText(claim.scenario)};
  parameters.insert(parameters.end(), points.begin(), points.end());
  const auto added =
      database_->Run(fmt::format("INSERT INTO coverage (scenario, point) VALUES {}"
                                 " ON CONFLICT (scenario, point) DO NOTHING RETURNING point",
                                 Rows(points.size(), {"text"})),
                     parameters);
  if (!added.ok()) return added.status();
  return !added->empty();
}

absl::Status SharedCampaign::AddFailures(const RangeClaim& claim, const RangeResult& result) {
  for (const auto& [property, executions] : result.failures) {
    const auto added = database_->Run(
        "INSERT INTO failure (scenario, property, executions)"
        " VALUES (CAST($1 AS bigint), CAST($2 AS text), CAST($3 AS bigint))"
        " ON CONFLICT (scenario, property) DO UPDATE"
        " SET executions = failure.executions + excluded.executions",
        {NumberText(claim.scenario), property, NumberText(executions)});
    if (!added.ok()) return added.status();
  }
  // Of several failures of one shape the one with the lowest seed stays, whichever came first.
  for (const SharedFinding& finding : result.findings) {
    const auto added = database_->Run(
        "INSERT INTO finding (scenario, property, shape_id, shape, seed, seen, replay)"
        " VALUES (CAST($1 AS bigint), CAST($2 AS text), CAST($3 AS text), CAST($4 AS text),"
        " CAST($5 AS text), CAST($6 AS bigint), CAST($7 AS text))"
        " ON CONFLICT (scenario, property, shape_id) DO UPDATE"
        " SET seen = finding.seen + excluded.seen,"
        " replay = CASE WHEN excluded.seed < finding.seed THEN excluded.replay"
        " ELSE finding.replay END,"
        " seed = CASE WHEN excluded.seed < finding.seed THEN excluded.seed ELSE finding.seed END",
        {NumberText(claim.scenario), finding.property, HashText(sim::HashText(finding.shape)),
         finding.shape, SeedText(finding.seed), NumberText(finding.seen), finding.replay});
    if (!added.ok()) return added.status();
  }
  return absl::OkStatus();
}

}  // namespace fencepost::campaign
