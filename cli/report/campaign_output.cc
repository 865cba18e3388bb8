#include "cli/report/campaign_output.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include "campaign/shrink/shrink_finding.h"
#include "cli/report/campaign_summary.h"
#include "cli/report/divergence_report.h"
#include "cli/report/edge_report.h"
#include "cli/report/json_report.h"
#include "cli/report/report_failure.h"
#include "cli/report/shrink_report.h"
#include "cli/report/terminal.h"

namespace fencepost::cli {
namespace {

using campaign::ScenarioResult;

// The finding of a campaign, prepared to be shown.
struct ShownFinding {
  const campaign::Divergence* divergence = nullptr;  // the finding, if it is one
  std::optional<FailureReport> failure;              // else: as it was found
  std::optional<campaign::Shrunk> shrunk;            // made small, if that succeeded
  std::optional<FailureReport> small;
};

ShownFinding Prepare(const std::vector<ScenarioResult>& results, const CampaignOutput& how,
                     const std::string& command_without_seed) {
  ShownFinding shown;
  const auto result = std::find_if(results.begin(), results.end(), [](const ScenarioResult& one) {
    return one.finding.has_value();
  });
  if (result == results.end()) return shown;
  shown.divergence = result->finding->divergence.get();
  if (shown.divergence != nullptr) return shown;
  shown.failure = ReportFailure(*result, how.replay_directory, command_without_seed);
  if (!how.shrink_time) return shown;
  auto shrunk = campaign::ShrinkFinding(*result, *how.shrink_time);
  if (!shrunk.ok()) return shown;
  shown.shrunk = *std::move(shrunk);
  shown.small =
      ReportFailure(shown.shrunk->result, how.replay_directory, shown.failure->commands.front());
  if (shown.failure->written.ok()) {
    shown.small->commands.push_back(shown.failure->commands.back());
  }
  return shown;
}

std::string FindingPage(const ShownFinding& shown, const DrawStyle& style) {
  if (shown.divergence != nullptr) return DivergencePage(*shown.divergence, style) + "\n";
  if (shown.small)
    return FailurePage(*shown.small, style) + "\n" + ShrunkText(*shown.shrunk) + "\n";
  return shown.failure ? FailurePage(*shown.failure, style) + "\n" : "";
}

void AddFinding(const ShownFinding& shown, Json& json) {
  if (shown.divergence != nullptr) json["failure"] = DivergenceJson(*shown.divergence);
  if (!shown.small) return;
  Json& shrunk = json["failure"]["shrunk"];
  AddShrunk(*shown.shrunk, shrunk);
  shrunk["replay"] = shown.small->written.ok() ? Json(shown.small->path) : Json();
  shrunk["command"] = shown.small->commands.front();
}

}  // namespace

campaign::Verdict ShowCampaign(const std::vector<ScenarioResult>& results,
                               const CampaignOutput& how, const CampaignDetails& details) {
  const CampaignEnd end = EndOf(results, how.require_probes);
  const ShownFinding shown = Prepare(results, how, details.command_without_seed);
  const std::optional<EdgeReport> edges = EdgesCovered(results);
  if (how.output.json) {
    Json json = CampaignJson(results, end, details.seconds, shown.failure, how.output);
    if (edges) json["model"] = EdgeJson(*edges);
    AddFinding(shown, json);
    json.Update(details.fields);
    PrintJson(json);
    return end.verdict;
  }
  std::string page = FindingPage(shown, StyleFor(STDOUT_FILENO, how.output.ascii));
  page += SummaryTable(results);
  const std::string probes = ProbeTable(results);
  if (!probes.empty()) page += "\n" + probes;
  const std::string work = WorkTable(results);
  if (!work.empty()) page += "\n" + work;
  if (edges) page += "\n" + EdgeText(*edges);
  page += "\n" + details.lines + end.sentence + "\n";
  std::fputs(page.c_str(), stdout);
  return end.verdict;
}

}  // namespace fencepost::cli
