#include "cli/report/campaign_output.h"

#include <unistd.h>

#include <cstdio>
#include <nlohmann/json.hpp>
#include <optional>

#include "campaign/determinism/determinism_guard.h"
#include "campaign/shrink/shrink_finding.h"
#include "cli/report/campaign_summary.h"
#include "cli/report/edge_report.h"
#include "cli/report/json_report.h"
#include "cli/report/report_failure.h"
#include "cli/report/terminal.h"

namespace fencepost::cli {

std::string ReplayDirectory(const GivenArguments& given) {
  const std::string* directory = given.Find("--replay-dir");
  return directory == nullptr ? "fencepost-failures" : *directory;
}

ExitCode ShowCampaign(const std::vector<ScenarioResult>& results, const GivenArguments& given,
                      const CampaignOutput& output) {
  const CampaignEnd end = EndOf(results, given.Has("--require-probes"));
  const DrawStyle style = StyleFor(STDOUT_FILENO, given.Has("--ascii"));
  std::optional<FailureReport> failure;
  std::optional<absl::StatusOr<Shrunk>> shrunk;
  std::optional<FailureReport> small;
  std::string page;
  for (const ScenarioResult& result : results) {
    if (!result.finding) continue;
    if (result.finding->divergence) {
      page = DivergencePage(*result.finding->divergence, style) + "\n";
      continue;
    }
    failure = ReportFailure(result, ReplayDirectory(given), output.command_without_seed);
    if (output.shrink_time) shrunk = ShrinkFinding(result, *output.shrink_time);
    if (!shrunk || !shrunk->ok()) {
      page = FailurePage(*failure, style) + "\n";
      continue;
    }
    small = ReportFailure((*shrunk)->result, ReplayDirectory(given), failure->commands.front());
    if (failure->written.ok()) small->commands.push_back(failure->commands.back());
    page = FailurePage(*small, style) + "\n" + ShrunkText(**shrunk) + "\n";
  }
  const std::optional<EdgeReport> edges = EdgesCovered(results);
  if (given.Has("--json")) {
    Json json = CampaignJson(results, end, output.seconds, failure);
    if (edges) json["model"] = EdgeJson(*edges);
    for (const ScenarioResult& result : results) {
      if (!result.finding || !result.finding->divergence) continue;
      json["failure"] = DivergenceJson(*result.finding->divergence);
    }
    if (small) {
      Json& json_shrunk = json["failure"]["shrunk"] = Json::object();
      AddShrunk(**shrunk, json_shrunk);
      json_shrunk["replay"] = small->written.ok() ? Json(small->path) : Json();
      json_shrunk["command"] = small->commands.front();
    }
    json.update(output.fields);
    PrintJson(json);
    return end.code;
  }
  page += SummaryTable(results);
  const std::string probes = ProbeTable(results);
  if (!probes.empty()) page += "\n" + probes;
  if (edges) page += "\n" + EdgeText(*edges);
  page += "\n" + output.lines + end.sentence + "\n";
  std::fputs(page.c_str(), stdout);
  return end.code;
}

}  // namespace fencepost::cli
