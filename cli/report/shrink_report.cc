#include "cli/report/shrink_report.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>

#include "cli/report/json_report.h"
#include "cli/report/report_failure.h"
#include "cli/report/terminal.h"
#include "cli/report/text.h"

namespace fencepost::cli {
namespace {

using campaign::Shrunk;

std::string SizeText(const sim::FailureSize& size) {
  return fmt::format("{} steps, {} faults, {} decisions that are not the default",
                     Grouped(size.steps), Grouped(size.faults), Grouped(size.deviations));
}

std::string ChoiceText(const sim::Choice& choice) {
  const std::string point =
      fmt::format("{} \"{}\"", sim::ChoiceKindName(choice.kind), choice.point.text());
  if (choice.is_bits()) return point;
  return point + ": " + std::string(choice.chosen.text());
}

std::string InevitableText(const Shrunk& shrunk) {
  if (!shrunk.inevitable) return "when the failure became inevitable: time was over before that";
  const auto& choices = shrunk.result.finding->replay.choices;
  const std::size_t made = shrunk.inevitable->choices;
  const std::string tried = fmt::format("each of {} continuations tried from there fails too",
                                        Grouped(shrunk.inevitable->continuations));
  if (made == 0) return "inevitable from the start: " + tried;
  return fmt::format("inevitable from choice {} of {} on ({}): {}", made, choices.size(),
                     ChoiceText(choices[made - 1]), tried);
}

Json SizeJson(const sim::FailureSize& size) {
  return Json::Object(
      {{"steps", size.steps}, {"faults", size.faults}, {"deviations", size.deviations}});
}

}  // namespace

std::string ShrunkText(const Shrunk& shrunk) {
  return fmt::format("shrunk from {}\n      to {} in {} executions{}\n{}\n",
                     SizeText(shrunk.before), SizeText(shrunk.after), Grouped(shrunk.executions),
                     shrunk.minimal ? ": no single decision can be left out for a smaller one"
                                    : "; time was over, it may get smaller",
                     InevitableText(shrunk));
}

void AddShrunk(const Shrunk& shrunk, Json& json) {
  json["before"] = SizeJson(shrunk.before);
  json["after"] = SizeJson(shrunk.after);
  json["executions"] = shrunk.executions;
  json["minimal"] = shrunk.minimal;
  json["inevitable_from_choice"] = nullptr;
  json["continuations"] = nullptr;
  if (!shrunk.inevitable) return;
  json["inevitable_from_choice"] = shrunk.inevitable->choices;
  json["continuations"] = shrunk.inevitable->continuations;
}

campaign::Verdict ShowShrunk(const Shrunk& shrunk, const std::string& replay_directory,
                             const std::string& command, const Output& output) {
  const campaign::ScenarioResult& result = shrunk.result;
  const campaign::Verdict verdict = campaign::VerdictOf(result.finding->report);
  const FailureReport report = ReportFailure(result, replay_directory, command);
  if (output.json) {
    Json json =
        RunJson(*result.scenario, result.options, report.run, report.timeline, verdict, output);
    AddShrunk(shrunk, json);
    json["replay"] = report.written.ok() ? Json(report.path) : Json();
    json["command"] = report.commands.front();
    PrintJson(json);
    return verdict;
  }
  const DrawStyle style = StyleFor(STDOUT_FILENO, output.ascii);
  std::fputs((FailurePage(report, style) + "\n" + ShrunkText(shrunk)).c_str(), stdout);
  return verdict;
}

}  // namespace fencepost::cli
