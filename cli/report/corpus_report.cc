#include "cli/report/corpus_report.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <optional>

#include "campaign/commands_to_repeat.h"
#include "campaign/recorded_failure.h"
#include "campaign/seed_campaign.h"
#include "cli/report/campaign_output.h"
#include "cli/report/campaign_summary.h"
#include "cli/report/json_report.h"
#include "cli/report/report_failure.h"
#include "cli/report/table.h"
#include "cli/report/terminal.h"
#include "cli/report/text.h"

namespace fencepost::cli {
namespace {

// A finding of the campaign, as this program runs it.
struct Shown {
  const CorpusFinding* found = nullptr;
  ExitCode code = ExitCode::kNoVerdict;
  // Nothing if the recording does not lead to the failure here.
  std::optional<FailureReport> failure;
};

Shown Show(const CorpusReport& report, const CorpusFinding& found) {
  Shown shown;
  shown.found = &found;
  const auto file = sim::ReplayFromJson(found.replay);
  if (!file.ok()) return shown;
  const auto result = FailureOf(*file, "the corpus");
  if (!result.ok()) return shown;
  shown.code = ExitCodeOf(result->finding->report);
  const Subject& subject = report.subjects.at(found.scenario);
  shown.failure =
      ReportFailure(*result, ReplayDirectory(report.given),
                    RunCommand(*subject.scenario, subject.options, report.strategy, found.seed));
  return shown;
}

StopReason Stopped(const CorpusReport& report, const CorpusSummary::OneScenario& scenario) {
  if (scenario.finished()) return StopReason::kCount;
  const bool plateau = report.plateau > 0 && scenario.since_new >= report.plateau;
  return plateau ? StopReason::kPlateau : StopReason::kTime;
}

std::vector<ScenarioResult> ResultsOf(const CorpusReport& report, const CorpusSummary& summary) {
  std::vector<ScenarioResult> results;
  for (std::size_t place = 0; place < summary.scenarios.size(); ++place) {
    const auto& scenario = summary.scenarios[place];
    ScenarioResult& result = results.emplace_back();
    result.scenario = report.subjects[place].scenario;
    result.options = report.subjects[place].options;
    result.tally = scenario.tally;
    result.stopped = Stopped(report, scenario);
    result.should_reach_probes = scenario.tally.executions >= kExecutionsToReachProbes;
  }
  return results;
}

std::string GivenUp(const CorpusReport& report, const CorpusSummary& summary) {
  std::string text;
  for (std::size_t place = 0; place < summary.scenarios.size(); ++place) {
    for (const SeedRange& seeds : summary.scenarios[place].given_up) {
      text += fmt::format("{} {} seeds {}..{}", text.empty() ? "" : ",",
                          report.subjects[place].scenario->name, seeds.first, seeds.last);
    }
  }
  return text;
}

// A campaign has several findings: the gravest kind says how it ended, a broken property first.
ExitCode CodeOf(const std::vector<Shown>& findings) {
  ExitCode code = findings.front().code;
  for (const Shown& finding : findings) code = std::min(code, finding.code);
  return code;
}

CampaignEnd EndOf(const CorpusReport& report, const CorpusSummary& summary,
                  const std::vector<Shown>& findings, const std::vector<ScenarioResult>& results) {
  CampaignEnd end;
  if (!findings.empty()) {
    end.code = CodeOf(findings);
    end.sentence = fmt::format("failed: {} {} in {} failed executions", findings.size(),
                               findings.size() == 1 ? "finding" : "different findings",
                               Grouped(summary.failures));
    return end;
  }
  if (const std::string given_up = GivenUp(report, summary); !given_up.empty()) {
    end.code = ExitCode::kCodeCrashed;
    end.sentence = fmt::format("failed: given up after {} workers ended while running them:{}",
                               Corpus::kMostLosses, given_up);
    return end;
  }
  // Scenarios whose turn has not come are no failure: others go on.
  std::vector<ScenarioResult> begun = results;
  std::erase_if(begun, [](const ScenarioResult& result) { return result.tally.executions == 0; });
  if (begun.empty()) begun = results;  // nothing at all is one
  return EndOf(begun, report.given.Has("--require-probes"));
}

// "the campaign is finished" or how far it is.
std::string StateText(const CorpusReport& report, const CorpusSummary& summary) {
  std::uint64_t finished = 0;
  bool on = false;
  for (const auto& scenario : summary.scenarios) {
    finished += scenario.finished_ranges;
    on = on || Stopped(report, scenario) == StopReason::kTime;
  }
  const std::string place = report.corpus.place();
  if (report.was_finished) {
    return fmt::format("the campaign in {} was finished already: there was nothing to run\n",
                       place);
  }
  std::string text = fmt::format("{} executions were run here", Grouped(report.done.executions));
  if (report.done.lost > 0) {
    text += fmt::format(" ({} ranges were lost to other workers)", Grouped(report.done.lost));
  }
  if (summary.finished()) return fmt::format("{}; the campaign in {} is finished\n", text, place);
  return fmt::format("{}; the campaign in {} {}: {} ranges of {} seeds are finished\n", text, place,
                     on ? "goes on" : "stopped", Grouped(finished),
                     Grouped(report.corpus.range_seeds()));
}

std::string FindingsTable(const CorpusReport& report, const std::vector<Shown>& findings) {
  if (findings.empty()) return "";
  std::vector<std::vector<std::string>> rows = {{"finding", "scenario", "seed", "seen"}};
  std::string commands;
  for (const Shown& finding : findings) {
    const auto* const scenario = report.subjects[finding.found->scenario].scenario;
    rows.push_back({finding.found->property, std::string(scenario->name),
                    std::to_string(finding.found->seed), Grouped(finding.found->seen)});
    commands += finding.failure ? finding.failure->commands.front() + "\n"
                                : "(a recording that cannot be repeated here)\n";
  }
  return Table(rows, 2) + "\n" + commands + "\n";
}

std::string CampaignTable(const CorpusSummary& summary,
                          const std::vector<ScenarioResult>& results) {
  std::vector<std::vector<std::string>> rows = {
      {"scenario", "executions", "findings", "coverage", "virtual time", "digest"}};
  for (std::size_t place = 0; place < results.size(); ++place) {
    const ScenarioResult& result = results[place];
    const auto findings =
        std::count_if(summary.findings.begin(), summary.findings.end(),
                      [place](const CorpusFinding& finding) { return finding.scenario == place; });
    rows.push_back({std::string(result.scenario->name), Grouped(result.tally.executions),
                    Grouped(static_cast<std::uint64_t>(findings)),
                    Grouped(summary.scenarios[place].points),
                    DurationText(result.tally.virtual_time), HashText(result.tally.digest)});
  }
  return Table(rows, 1);
}

Json FindingJson(const CorpusReport& report, const Shown& finding) {
  Json json;
  json["scenario"] = report.subjects[finding.found->scenario].scenario->name;
  json["property"] = finding.found->property;
  json["shape"] = finding.found->shape;
  json["seed"] = finding.found->seed;
  json["seen"] = finding.found->seen;
  json["replay"] =
      finding.failure && finding.failure->written.ok() ? Json(finding.failure->path) : Json();
  json["command"] = finding.failure ? Json(finding.failure->commands.front()) : Json();
  return json;
}

void Print(const CorpusReport& report, const CorpusSummary& summary,
           const std::vector<Shown>& findings, const std::vector<ScenarioResult>& results,
           const CampaignEnd& end) {
  const DrawStyle style = StyleFor(STDOUT_FILENO, report.given.Has("--ascii"));
  std::string page;
  const auto drawn = std::find_if(findings.begin(), findings.end(),
                                  [](const Shown& finding) { return finding.failure.has_value(); });
  if (drawn != findings.end()) page += FailurePage(*drawn->failure, style) + "\n";
  page += FindingsTable(report, findings) + CampaignTable(summary, results);
  const std::string probes = ProbeTable(results);
  if (!probes.empty()) page += "\n" + probes;
  page += fmt::format("\n{}{}seeds {}..{} for each scenario, strategy {}\n{}\n", StopText(results),
                      StateText(report, summary), report.corpus.seeds().first,
                      report.corpus.seeds().last, report.strategy, end.sentence);
  std::fputs(page.c_str(), stdout);
}

void PrintJson(const CorpusReport& report, const CorpusSummary& summary,
               const std::vector<Shown>& findings, const std::vector<ScenarioResult>& results,
               const CampaignEnd& end) {
  Json json = CampaignJson(results, end, report.seconds, std::nullopt);
  json.erase("failure");
  json["executions_per_second"] = PerSecond(report.done.executions, report.seconds);
  json["strategy"] = report.strategy;
  json["corpus"] = report.corpus.place();
  json["finished"] = summary.finished();
  json["was_finished"] = report.was_finished;
  json["executions_here"] = report.done.executions;
  json["ranges_lost_here"] = report.done.lost;
  json["failed_executions"] = summary.failures;
  json["findings"] = Json::array();
  for (const Shown& finding : findings) json["findings"].push_back(FindingJson(report, finding));
  for (std::size_t place = 0; place < summary.scenarios.size(); ++place) {
    const auto& scenario = summary.scenarios[place];
    Json& one = json["scenarios"][place];
    // The campaign's executions in the time of this worker would be a figure of nothing.
    one.erase("seconds");
    one.erase("executions_per_second");
    one["ranges"] = scenario.ranges;
    one["finished_ranges"] = scenario.finished_ranges;
    one["given_up_ranges"] = scenario.given_up.size();
    one["coverage_points"] = scenario.points;
    one["failures"] = std::count_if(findings.begin(), findings.end(), [place](const Shown& shown) {
      return shown.found->scenario == place;
    });
  }
  cli::PrintJson(json);
}

}  // namespace

ExitCode ShowCorpus(const CorpusReport& report, const CorpusSummary& summary) {
  std::vector<Shown> findings;
  for (const CorpusFinding& found : summary.findings) findings.push_back(Show(report, found));
  std::vector<ScenarioResult> results = ResultsOf(report, summary);
  const CampaignEnd end = EndOf(report, summary, findings, results);
  if (report.given.Has("--json")) {
    PrintJson(report, summary, findings, results, end);
  } else {
    Print(report, summary, findings, results, end);
  }
  return end.code;
}

}  // namespace fencepost::cli
