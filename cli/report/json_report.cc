#include "cli/report/json_report.h"

#include <algorithm>

#include "campaign/commands_to_repeat.h"
#include "campaign/revision.h"
#include "campaign/text.h"

namespace fencepost::cli {
namespace {

using campaign::Finding;
using campaign::HashText;
using campaign::ProbeCount;
using campaign::ScenarioResult;
using campaign::Verdict;

std::string_view MarkName(sim::TimelineMark mark) {
  switch (mark) {
    case sim::TimelineMark::kStep:
      return "step";
    case sim::TimelineMark::kTruth:
      return "truth";
    case sim::TimelineMark::kFault:
      return "fault";
    case sim::TimelineMark::kBroken:
      return "broken";
  }
  return "";
}

Json TimelineJson(const sim::Timeline& timeline) {
  Json entries = Json::Array();
  for (const sim::TimelineEntry& entry : timeline) {
    entries.push_back(Json::Object({{"at_ns", entry.at.nanos()},
                                    {"actor", entry.column},
                                    {"mark", MarkName(entry.mark)},
                                    {"text", entry.text}}));
  }
  return entries;
}

// What a run came to. For a run that broke no property, `property` names its end.
void AddReport(const RunReport& report, Json& json) {
  json["end"] = RunEndName(report.end);
  json["property"] =
      campaign::VerdictOf(report) == Verdict::kClean ? Json() : Json(campaign::NameOfEnd(report));
  json["sentence"] = report.violation ? std::string(report.violation->sentence) : report.message;
  json["detail"] = report.violation ? std::string(report.violation->detail) : std::string();
  json["hash"] = HashText(report.hash);
  json["steps"] = report.steps;
  json["events"] = report.events;
  json["virtual_seconds"] = absl::ToDoubleSeconds(report.virtual_time);
  json["fault_mix"] = report.fault_mix;
  json["faults_hit"] = report.faults_hit;
}

Json FailureJson(const ScenarioResult& result, const FailureReport& failure) {
  const Finding& finding = *result.finding;
  Json json;
  json["scenario"] = result.scenario->name;
  AddReport(failure.run, json);
  json["seed"] = finding.seed;
  json["execution"] = finding.execution;
  json["strategy"] = finding.replay.strategy;
  json["command"] = failure.commands.front();
  json["commands"] = failure.commands;
  json["replay"] = failure.written.ok() ? Json(failure.path) : Json();
  json["repeated"] = failure.repeated;
  json["timeline"] = TimelineJson(failure.timeline);
  return json;
}

Json WorkJson(const campaign::Work& work) {
  Json json = Json::Object({});
  for (const auto& [name, done] : work) {
    json[name] = Json::Object({{"most_in_one_run", done.most}, {"in_all", done.in_all}});
  }
  return json;
}

Json ScenarioJson(const ScenarioResult& result) {
  return Json::Object(
      {{"scenario", result.scenario->name},
       {"parameters", result.options.parameters},
       {"store", result.options.store},
       {"conform", result.options.conform},
       {"executions", result.tally.executions},
       {"seconds", result.seconds},
       {"executions_per_second", PerSecond(result.tally.executions, result.seconds)},
       {"failures", result.finding ? 1 : 0},
       {"stopped_by", result.stopped ? Json(campaign::StopReasonName(*result.stopped)) : Json()},
       {"digest", HashText(result.tally.digest)},
       {"virtual_seconds", absl::ToDoubleSeconds(result.tally.virtual_time)},
       {"work", WorkJson(result.tally.work)}});
}

Json ProbesJson(const std::vector<ProbeCount>& probes) {
  Json json = Json::Array();
  for (const ProbeCount& probe : probes) {
    json.push_back(
        Json::Object({{"scenario", probe.scenario}, {"probe", probe.probe}, {"hits", probe.hits}}));
  }
  return json;
}

}  // namespace

Json CampaignJson(const std::vector<ScenarioResult>& results, const CampaignEnd& end,
                  double seconds, const std::optional<FailureReport>& failure,
                  const Output& output) {
  Json json;
  json["outcome"] = OutcomeWord(end.verdict);
  json["exit_code"] = output.exit_code(end.verdict);
  json["executions"] = ExecutionsOf(results);
  json["seconds"] = seconds;
  json["executions_per_second"] = PerSecond(ExecutionsOf(results), seconds);
  json["revision"] = campaign::Revision();
  json["scenarios"] = Json::Array();
  for (const ScenarioResult& result : results) json["scenarios"].push_back(ScenarioJson(result));
  json["probes"] = ProbesJson(campaign::ProbesOf(results));
  json["unreached_probes"] = ProbesJson(end.unreached);
  const auto failed = std::find_if(results.begin(), results.end(), [](const ScenarioResult& one) {
    return one.finding.has_value();
  });
  json["failure"] = failure && failed != results.end() ? FailureJson(*failed, *failure) : Json();
  return json;
}

Json RunJson(const Scenario& scenario, const RunOptions& options, const RunReport& report,
             const sim::Timeline& timeline, Verdict verdict, const Output& output) {
  Json json;
  json["outcome"] = OutcomeWord(verdict);
  json["exit_code"] = output.exit_code(verdict);
  json["scenario"] = scenario.name;
  json["parameters"] = options.parameters;
  json["store"] = options.store;
  json["conform"] = options.conform;
  AddReport(report, json);
  json["revision"] = campaign::Revision();
  json["timeline"] = TimelineJson(timeline);
  return json;
}

std::string_view OutcomeWord(Verdict verdict) {
  if (verdict == Verdict::kClean) return "clean";
  return verdict == Verdict::kNoVerdict ? "no-verdict" : "failed";
}

}  // namespace fencepost::cli
