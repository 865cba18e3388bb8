#include "cli/report/model_verdict.h"

#include <fmt/format.h>

#include <algorithm>

#include "cli/report/text.h"
#include "models/lifecycle/step_events.h"

namespace fencepost::cli {
namespace {

using campaign::Verdict;
using models::LivenessViolation;
using models::Machine;
using models::MachineReport;
using models::SearchEnd;
using models::State;
using models::Step;
using models::StepEvent;
using models::Trace;

bool IsComplete(const MachineReport& report) { return report.search.end == SearchEnd::kComplete; }

// Whether that was all, in one sentence.
std::string Completeness(const MachineReport& report) {
  switch (report.search.end) {
    case SearchEnd::kComplete:
      if (report.search.omission_probability == 0)
        return "complete: every reachable state was seen";
      return fmt::format(
          "complete but for omissions: a state was taken for another with a probability of at "
          "most {:.1e}",
          report.search.omission_probability);
    case SearchEnd::kBroken:
    case SearchEnd::kDeadlock:
      return "not complete: stopped at what was found";
    case SearchEnd::kMemoryReached:
      return "not complete: the memory limit was reached (--memory)";
    case SearchEnd::kStopped:
      return "not complete: time was over (--time)";
    case SearchEnd::kBadCheckpoint:
      return report.search.problem;
  }
  return "";
}

std::string SafetyText(const MachineReport& report) {
  const std::string count = Grouped(report.search.states) + " states";
  if (report.search.found()) return "";
  return fmt::format("safety: {} in {} ({} steps, farthest {} from the start)\n",
                     IsComplete(report) ? "holds" : "nothing found", count,
                     Grouped(report.search.steps), report.search.depth);
}

std::string FindingText(const Machine& machine, const MachineReport& report) {
  if (!report.trace.has_value()) return "";
  const std::uint8_t property = report.search.finding.property;
  std::string text;
  if (report.search.end == SearchEnd::kDeadlock) {
    text = "deadlock: nothing can happen any more, and something is left undone.\n\n";
  } else {
    const models::PropertyInfo& info = models::kProperties[property];
    text = fmt::format("{} is broken. {}\n\n", info.name, info.sentence);
  }
  return text + RunText(machine, *report.trace, /*states=*/false) + "\nwhich leads to\n" +
         machine.DescribeState(report.trace->end()) + "\n";
}

std::string LivenessViolationText(const Machine& machine, const LivenessViolation& violation) {
  const models::Liveness& liveness = models::kLivenessProperties[violation.property];
  std::string text =
      fmt::format("{} does not hold. {}\n\n{}\nwhich leads to\n{}", liveness.name,
                  liveness.sentence, RunText(machine, violation.path, /*states=*/false),
                  machine.DescribeState(violation.path.end()));
  if (violation.cycle.empty()) return text + "where it stays for ever: nobody owes a step.\n\n";
  text +=
      fmt::format("and then again and again, among {} states\n", Grouped(violation.trap_states));
  State before = violation.path.end();
  for (const Step<State>& step : violation.cycle) {
    text += "   " + machine.Describe(before, step) + "\n";
    before = step.next;
  }
  return text + "\n";
}

std::string LivenessText(const Machine& machine, const MachineReport& report) {
  if (!report.liveness_checked) return "";
  std::string text;
  for (const LivenessViolation& violation : report.liveness_violations)
    text += LivenessViolationText(machine, violation);
  text += fmt::format(
      "liveness under strong fairness: {} ({} components, {} of more than one state, the largest "
      "of {})\n",
      report.liveness_violations.empty() ? "holds" : "does not hold", Grouped(report.components),
      Grouped(report.cyclic_components), Grouped(report.largest_component));
  return text;
}

Json StepsJson(const Machine& machine, const Trace<State>& trace) {
  Json steps = Json::Array();
  State before = trace.initial;
  for (const Step<State>& step : trace.steps) {
    steps.push_back(machine.Describe(before, step));
    before = step.next;
  }
  return steps;
}

std::string CpName(int cp) { return fmt::format("cp-{}", cp + 1); }

// With the fields that an event log has for it, as far as the model knows them.
Json EventJson(const StepEvent& event) {
  Json json = Json::Object({{"event", event.event}});
  if (event.cp != models::kNoControlPlane) {
    json["cp"] = CpName(event.cp);
    json["crashed"] = event.crashed;
  } else {
    json["worker"] = event.worker + 1;
  }
  if (!event.row.has_value()) return json;
  json["operations"] = Json::Array();
  for (const Operation operation : models::EquivalentOperations(event.row->operation)) {
    json["operations"].push_back(OperationName(operation));
  }
  json["outcome"] = OutcomeName(event.row->outcome);
  json["state"] = event.row->state ? Json(StateName(*event.row->state)) : Json();
  const bool owned = event.row->epoch != 0;
  json["owner"] = owned ? Json(CpName(event.row->owner)) : Json();
  json["epoch"] = owned ? Json(event.row->epoch) : Json();
  return json;
}

// The same steps as StepsJson, for programs.
Json TraceJson(const Trace<State>& trace) {
  Json steps = Json::Array();
  State before = trace.initial;
  for (const Step<State>& step : trace.steps) {
    const int worker = models::WorkerOf(step.detail);
    Json events = Json::Array();
    for (const StepEvent& event : models::EventsOf(before, step)) {
      events.push_back(EventJson(event));
    }
    steps.push_back(
        Json::Object({{"rule", models::RuleName(static_cast<models::Rule>(step.rule))},
                      {"actor", models::ActorName(step.rule, step.detail)},
                      {"worker", worker != models::kNoWorker ? Json(worker + 1) : Json()},
                      {"ending", models::StepResultName(models::ResultOf(step.detail))},
                      {"events", events}}));
    before = step.next;
  }
  return steps;
}

}  // namespace

Verdict VerdictOf(const MachineReport& report) {
  switch (report.search.end) {
    case SearchEnd::kBroken:
      return Verdict::kPropertyBroken;
    case SearchEnd::kDeadlock:
      return Verdict::kNoConvergence;
    case SearchEnd::kMemoryReached:
    case SearchEnd::kStopped:
      return Verdict::kNoVerdict;
    case SearchEnd::kBadCheckpoint:
      return Verdict::kNoVerdict;
    case SearchEnd::kComplete:
      break;
  }
  return report.liveness_violations.empty() ? Verdict::kClean : Verdict::kNoConvergence;
}

std::string RunText(const Machine& machine, const Trace<State>& trace, bool states) {
  std::string text;
  State before = trace.initial;
  for (std::size_t i = 0; i < trace.steps.size(); ++i) {
    text += fmt::format("{:>3}  {}\n", i + 1, machine.Describe(before, trace.steps[i]));
    before = trace.steps[i].next;
    if (states) text += machine.DescribeState(before);
  }
  return text;
}

std::string VerdictPage(const Machine& machine, const MachineReport& report, double seconds) {
  const double per_second = static_cast<double>(report.search.states) / std::max(seconds, 1e-6);
  return machine.options().Sentence() + "\n" + FindingText(machine, report) + SafetyText(report) +
         LivenessText(machine, report) + Completeness(report) + "\n" +
         fmt::format("{:.2f} s, {} states/s, {:.1f} bytes a state\n", seconds,
                     Grouped(static_cast<std::uint64_t>(per_second)),
                     report.search.bytes_per_state());
}

Json VerdictJson(const Machine& machine, const MachineReport& report, double seconds,
                 const Output& output) {
  Json json;
  const Verdict verdict = VerdictOf(report);
  const bool decided = verdict == Verdict::kClean || verdict == Verdict::kNoVerdict;
  json["outcome"] = decided ? OutcomeWord(verdict) : "found";
  json["exit_code"] = output.exit_code(verdict);
  json["model"] = machine.options().Sentence();
  json["completeness"] = Completeness(report);
  json["states"] = report.search.states;
  json["steps"] = report.search.steps;
  json["depth"] = report.search.depth;
  json["seconds"] = seconds;
  json["bytes_per_state"] = report.search.bytes_per_state();
  json["omission_probability"] = report.search.omission_probability;
  json["liveness_checked"] = report.liveness_checked;
  json["property"] = Json();
  if (report.trace.has_value()) {
    json["property"] = report.search.end == SearchEnd::kDeadlock
                           ? std::string_view("deadlock")
                           : machine.PropertyName(report.search.finding.property);
    json["run"] = StepsJson(machine, *report.trace);
    json["trace"] = TraceJson(*report.trace);
  }
  json["unending"] = Json::Array();
  for (const LivenessViolation& violation : report.liveness_violations) {
    Json cycle = Json::Array();
    for (const Step<State>& step : violation.cycle) {
      cycle.push_back(machine.Describe(violation.path.end(), step));
    }
    json["unending"].push_back(
        Json::Object({{"property", models::kLivenessProperties[violation.property].name},
                      {"run", StepsJson(machine, violation.path)},
                      {"trace", TraceJson(violation.path)},
                      {"cycle", cycle}}));
  }
  return json;
}

}  // namespace fencepost::cli
