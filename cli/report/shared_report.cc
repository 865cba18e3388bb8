#include "cli/report/shared_report.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <optional>

#include "campaign/commands_to_repeat.h"
#include "campaign/recorded_failure.h"
#include "campaign/seed_campaign.h"
#include "campaign/text.h"
#include "cli/report/campaign_summary.h"
#include "cli/report/json_report.h"
#include "cli/report/report_failure.h"
#include "cli/report/table.h"
#include "cli/report/terminal.h"
#include "cli/report/text.h"

namespace fencepost::cli {
namespace {

using campaign::ScenarioResult;
using campaign::SharedFinding;
using campaign::SharedSummary;
using campaign::StopReason;
using campaign::Verdict;

// A finding of the campaign, as this program runs it.
struct Shown {
  const SharedFinding* found = nullptr;
  Verdict verdict = Verdict::kNoVerdict;
  // nullopt if the recording does not lead to the failure here.
  std::optional<FailureReport> failure;
};

Shown Show(const SharedReport& report, const SharedFinding& found) {
  Shown shown;
  shown.found = &found;
  const auto file = sim::ReplayFromJson(found.replay);
  if (!file.ok()) return shown;
  const auto result = campaign::FailureOf(*file, "the shared campaign");
  if (!result.ok()) return shown;
  shown.verdict = campaign::VerdictOf(result->finding->report);
  const campaign::Subject& subject = report.subjects.at(found.scenario);
  shown.failure = ReportFailure(
      *result, report.how.replay_directory,
      campaign::RunCommand(*subject.scenario, subject.options, report.strategy, found.seed));
  return shown;
}

StopReason Stopped(const SharedReport& report, const SharedSummary::OneScenario& scenario) {
  if (scenario.finished()) return StopReason::kCount;
  const bool plateau = report.plateau > 0 && scenario.since_new >= report.plateau;
  return plateau ? StopReason::kPlateau : StopReason::kTime;
}

std::vector<ScenarioResult> ResultsOf(const SharedReport& report, const SharedSummary& summary) {
  std::vector<ScenarioResult> results;
  for (std::size_t place = 0; place < summary.scenarios.size(); ++place) {
    const auto& scenario = summary.scenarios[place];
    ScenarioResult& result = results.emplace_back();
    result.scenario = report.subjects[place].scenario;
    result.options = report.subjects[place].options;
    result.tally = scenario.tally;
    result.stopped = Stopped(report, scenario);
    result.should_reach_probes = scenario.tally.executions >= campaign::kExecutionsToReachProbes;
  }
  return results;
}

std::string GivenUp(const SharedReport& report, const SharedSummary& summary) {
  std::string text;
  for (std::size_t place = 0; place < summary.scenarios.size(); ++place) {
    for (const campaign::SeedRange& seeds : summary.scenarios[place].given_up) {
      text += fmt::format("{} {} seeds {}..{}", text.empty() ? "" : ",",
                          report.subjects[place].scenario->name, seeds.first, seeds.last);
    }
  }
  return text;
}

// The gravest of several findings decides.
Verdict VerdictOf(const std::vector<Shown>& findings) {
  Verdict verdict = findings.front().verdict;
  for (const Shown& finding : findings) verdict = std::min(verdict, finding.verdict);
  return verdict;
}

CampaignEnd SharedEndOf(const SharedReport& report, const SharedSummary& summary,
                        const std::vector<Shown>& findings,
                        const std::vector<ScenarioResult>& results) {
  CampaignEnd end;
  if (!findings.empty()) {
    end.verdict = VerdictOf(findings);
    end.sentence = fmt::format("failed: {} {} in {} failed executions", findings.size(),
                               findings.size() == 1 ? "finding" : "different findings",
                               Grouped(summary.failures));
    return end;
  }
  if (const std::string given_up = GivenUp(report, summary); !given_up.empty()) {
    end.verdict = Verdict::kCodeCrashed;
    end.sentence = fmt::format("failed: given up after {} workers ended while running them:{}",
                               campaign::SharedCampaign::kMostLosses, given_up);
    return end;
  }
  // A scenario whose turn has not come yet is left to the other workers.
  std::vector<ScenarioResult> begun = results;
  std::erase_if(begun, [](const ScenarioResult& result) { return result.tally.executions == 0; });
  if (begun.empty()) begun = results;
  return EndOf(begun, report.how.require_probes);
}

// "the campaign is finished" or how far it is.
std::string StateText(const SharedReport& report, const SharedSummary& summary) {
  std::uint64_t finished = 0;
  bool on = false;
  for (const auto& scenario : summary.scenarios) {
    finished += scenario.finished_ranges;
    on = on || Stopped(report, scenario) == StopReason::kTime;
  }
  const std::string place = report.campaign.place();
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
                     Grouped(report.campaign.range_seeds()));
}

std::string FindingsTable(const SharedReport& report, const std::vector<Shown>& findings) {
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

std::string CampaignTable(const SharedSummary& summary,
                          const std::vector<ScenarioResult>& results) {
  std::vector<std::vector<std::string>> rows = {
      {"scenario", "executions", "findings", "coverage", "virtual time", "range digest"}};
  for (std::size_t place = 0; place < results.size(); ++place) {
    const ScenarioResult& result = results[place];
    const auto findings =
        std::count_if(summary.findings.begin(), summary.findings.end(),
                      [place](const SharedFinding& finding) { return finding.scenario == place; });
    rows.push_back({std::string(result.scenario->name), Grouped(result.tally.executions),
                    Grouped(static_cast<std::uint64_t>(findings)),
                    Grouped(summary.scenarios[place].points),
                    campaign::DurationText(result.tally.virtual_time),
                    campaign::HashText(result.tally.digest)});
  }
  return Table(rows, 1);
}

Json FindingJson(const SharedReport& report, const Shown& finding) {
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

void Print(const SharedReport& report, const SharedSummary& summary,
           const std::vector<Shown>& findings, const std::vector<ScenarioResult>& results,
           const CampaignEnd& end) {
  const DrawStyle style = StyleFor(STDOUT_FILENO, report.how.output.ascii);
  std::string page;
  const auto drawn = std::find_if(findings.begin(), findings.end(),
                                  [](const Shown& finding) { return finding.failure.has_value(); });
  if (drawn != findings.end()) page += FailurePage(*drawn->failure, style) + "\n";
  page += FindingsTable(report, findings) + CampaignTable(summary, results);
  const std::string probes = ProbeTable(results);
  if (!probes.empty()) page += "\n" + probes;
  page += fmt::format("\n{}{}seeds {}..{} for each scenario, strategy {}\n{}\n", StopText(results),
                      StateText(report, summary), report.campaign.seeds().first,
                      report.campaign.seeds().last, report.strategy, end.sentence);
  std::fputs(page.c_str(), stdout);
}

void PrintShared(const SharedReport& report, const SharedSummary& summary,
                 const std::vector<Shown>& findings, const std::vector<ScenarioResult>& results,
                 const CampaignEnd& end) {
  Json json = CampaignJson(results, end, report.seconds, std::nullopt, report.how.output);
  json.Erase("failure");
  json["executions_per_second"] = PerSecond(report.done.executions, report.seconds);
  json["strategy"] = report.strategy;
  json["campaign"] = report.campaign.place();
  json["finished"] = summary.finished();
  json["was_finished"] = report.was_finished;
  json["executions_here"] = report.done.executions;
  json["ranges_lost_here"] = report.done.lost;
  json["failed_executions"] = summary.failures;
  json["findings"] = Json::Array();
  for (const Shown& finding : findings) json["findings"].push_back(FindingJson(report, finding));
  for (std::size_t place = 0; place < summary.scenarios.size(); ++place) {
    const auto& scenario = summary.scenarios[place];
    Json& one = json["scenarios"].At(place);
    // The executions are those of all workers, the time is that of this one.
    one.Erase("seconds");
    one.Erase("executions_per_second");
    // Not the digest of a plain campaign: it is over the digests of ranges, whatever their size.
    one.Erase("digest");
    one["range_digest"] = campaign::HashText(scenario.tally.digest);
    one["ranges"] = scenario.ranges;
    one["finished_ranges"] = scenario.finished_ranges;
    one["given_up_ranges"] = scenario.given_up.size();
    one["coverage_points"] = scenario.points;
    one["failures"] = std::count_if(findings.begin(), findings.end(), [place](const Shown& shown) {
      return shown.found->scenario == place;
    });
  }
  PrintJson(json);
}

}  // namespace

Verdict ShowShared(const SharedReport& report, const SharedSummary& summary) {
  std::vector<Shown> findings;
  for (const SharedFinding& found : summary.findings) findings.push_back(Show(report, found));
  std::vector<ScenarioResult> results = ResultsOf(report, summary);
  const CampaignEnd end = SharedEndOf(report, summary, findings, results);
  if (report.how.output.json) {
    PrintShared(report, summary, findings, results, end);
  } else {
    Print(report, summary, findings, results, end);
  }
  return end.verdict;
}

}  // namespace fencepost::cli
