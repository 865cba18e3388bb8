#include "cli/report/json_report.h"

#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "campaign/commands_to_repeat.h"
#include "campaign/revision.h"
#include "cli/report/text.h"

namespace fencepost::cli {
namespace {

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
  Json entries = Json::array();
  for (const sim::TimelineEntry& entry : timeline) {
    entries.push_back({{"at_ns", entry.at.nanos()},
                       {"actor", entry.column},
                       {"mark", MarkName(entry.mark)},
                       {"text", entry.text}});
  }
  return entries;
}

Json ParametersJson(const RunOptions& options) {
  Json parameters = Json::object();
  for (const auto& [name, value] : options.parameters) parameters[name] = value;
  return parameters;
}

// What a run came to; for one that broke no property, `property` names its end.
void AddReport(const RunReport& report, Json& json) {
  json["end"] = RunEndName(report.end);
  json["property"] = ExitCodeOf(report) == ExitCode::kClean ? Json() : Json(NameOfEnd(report));
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
  json["seed"] = finding.seed ? Json(*finding.seed) : Json();
  json["execution"] = finding.execution;
  json["strategy"] = finding.replay.strategy;
  json["command"] = failure.commands.front();
  json["commands"] = failure.commands;
  json["replay"] = failure.written.ok() ? Json(failure.path) : Json();
  json["repeated"] = failure.repeated;
  json["timeline"] = TimelineJson(failure.timeline);
  return json;
}

Json ScenarioJson(const ScenarioResult& result) {
  return {{"scenario", result.scenario->name},
          {"parameters", ParametersJson(result.options)},
          {"store", result.options.store},
          {"conform", result.options.conform},
          {"executions", result.tally.executions},
          {"seconds", result.seconds},
          {"executions_per_second", PerSecond(result.tally.executions, result.seconds)},
          {"failures", result.finding ? 1 : 0},
          {"stopped_by", result.stopped ? Json(StopReasonName(*result.stopped)) : Json()},
          {"digest", HashText(result.tally.digest)},
          {"virtual_seconds", absl::ToDoubleSeconds(result.tally.virtual_time)}};
}

std::string_view OutcomeWord(ExitCode code) {
  return code == ExitCode::kClean ? "clean" : "failed";
}

Json ProbesJson(const std::vector<ProbeCount>& probes) {
  Json json = Json::array();
  for (const ProbeCount& probe : probes) {
    json.push_back({{"scenario", probe.scenario}, {"probe", probe.probe}, {"hits", probe.hits}});
  }
  return json;
}

}  // namespace

Json CampaignJson(const std::vector<ScenarioResult>& results, const CampaignEnd& end,
                  double seconds, const std::optional<FailureReport>& failure) {
  Json json;
  json["outcome"] = OutcomeWord(end.code);
  json["exit_code"] = static_cast<int>(end.code);
  json["executions"] = ExecutionsOf(results);
  json["seconds"] = seconds;
  json["executions_per_second"] = PerSecond(ExecutionsOf(results), seconds);
  json["revision"] = Revision();
  json["scenarios"] = Json::array();
  for (const ScenarioResult& result : results) json["scenarios"].push_back(ScenarioJson(result));
  json["probes"] = ProbesJson(ProbesOf(results));
  json["unreached_probes"] = ProbesJson(end.unreached);
  const auto failed = std::find_if(results.begin(), results.end(), [](const ScenarioResult& one) {
    return one.finding.has_value();
  });
  json["failure"] = failure && failed != results.end() ? FailureJson(*failed, *failure) : Json();
  return json;
}

Json RunJson(const Scenario& scenario, const RunOptions& options, const RunReport& report,
             const sim::Timeline& timeline, ExitCode code) {
  Json json;
  json["outcome"] = OutcomeWord(code);
  json["exit_code"] = static_cast<int>(code);
  json["scenario"] = scenario.name;
  json["parameters"] = ParametersJson(options);
  json["store"] = options.store;
  json["conform"] = options.conform;
  AddReport(report, json);
  json["revision"] = Revision();
  json["timeline"] = TimelineJson(timeline);
  return json;
}

void PrintJson(const Json& json) {
  // Bytes that are not UTF-8 must not throw.
  std::puts(json.dump(-1, ' ', false, Json::error_handler_t::replace).c_str());
}

}  // namespace fencepost::cli
