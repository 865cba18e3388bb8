// fencepost model: the protocol checked in its own right.
#include <fmt/format.h>

#include <cstdio>
#include <string>

#include "absl/status/status.h"
#include "cli/commands.h"
#include "cli/model_check.h"
#include "cli/model_options.h"
#include "cli/report/json.h"
#include "cli/report/model_graph_report.h"
#include "cli/report/model_verdict.h"
#include "cli/report/text.h"
#include "models/graph/picture.h"
#include "models/graph/state_graph.h"

namespace fencepost::cli {
namespace {

using models::Machine;

constexpr std::size_t kMostGraphStates = 2'000'000;

absl::Status RefuseOptions(const ModelOptions& given,
                           std::initializer_list<std::string_view> options) {
  for (const std::string_view option : options) {
    if (given.Has(option))
      return BadUsage(fmt::format("model {} takes no {}", given.action, option));
  }
  return absl::OkStatus();
}

// ---- check -------------------------------------------------------------------------------------

absl::StatusOr<ExitCode> CheckModel(const ModelOptions& options) {
  if (absl::Status refused = RefuseOptions(options, {"--picture"}); !refused.ok()) {
    return refused;
  }
  const Machine machine(options.model);
  const TimedReport timed = RunCheck(machine, options, /*quiet=*/options.output.json);
  if (timed.report.search.end == models::SearchEnd::kBadCheckpoint) {
    return BadUsage(timed.report.search.problem);
  }
  if (options.output.json) {
    PrintJson(VerdictJson(machine, timed.report, timed.seconds, options.output));
  } else {
    std::fputs(VerdictPage(machine, timed.report, timed.seconds).c_str(), stdout);
  }
  return ExitCodeOf(VerdictOf(timed.report));
}

// ---- graph -------------------------------------------------------------------------------------

absl::StatusOr<ExitCode> Graph(const ModelOptions& options) {
  if (absl::Status refused = RefuseOptions(
          options, {"--safety", "--symmetry", "--compaction", "--depth-first", "--jobs", "--memory",
                    "--time", "--checkpoint", "--checkpoint-every", "--resume"});
      !refused.ok()) {
    return refused;
  }
  const auto& picture = options.picture;
  if (picture && *picture == "lifecycle") {
    std::fputs(models::LifecyclePicture().c_str(), stdout);
    return ExitCode::kClean;
  }
  if (picture && *picture != "row") {
    return BadUsage(
        fmt::format("model graph has no picture \"{}\": use lifecycle or row", *picture));
  }
  const Machine machine(options.model);
  const auto graph = models::ReachableGraph(machine, kMostGraphStates);
  if (!graph.has_value()) {
    return BadUsage(
        fmt::format("the graph has more than {} states: choose a smaller model, or use "
                    "fencepost model check",
                    Grouped(kMostGraphStates)));
  }
  if (picture) {
    std::fputs(models::RowPicture(*graph).c_str(), stdout);
  } else {
    ShowGraph(machine, *graph, options.output);
  }
  return ExitCode::kClean;
}

// ---- explain -----------------------------------------------------------------------------------

std::string ModelExplained(const Machine& machine) {
  std::string text = machine.options().Sentence() + "\n\nsafety, in every state and step\n";
  for (const models::PropertyInfo& info : models::kProperties) {
    text += fmt::format("  {}\n      {}\n", info.name, info.sentence);
  }
  text += "\nliveness, in every fair run\n";
  for (const models::Liveness& liveness : models::kLivenessProperties) {
    text += fmt::format("  {}\n      {}\n", liveness.name, liveness.sentence);
  }
  text += "\nplanted bugs, each with a counterexample (--planted-bug NAME)\n";
  for (const models::PlantedBugInfo& info : models::AllPlantedBugs()) {
    text += fmt::format("  {} (breaks {})\n      {}\n", info.name, info.breaks, info.claim);
  }
  return text;
}

// What was found, as one run.
const models::Trace<models::State>* FoundRun(const models::MachineReport& report) {
  if (report.trace.has_value()) return &*report.trace;
  return report.liveness_violations.empty() ? nullptr : &report.liveness_violations.front().path;
}

absl::StatusOr<ExitCode> Explain(ModelOptions options) {
  if (absl::Status refused =
          RefuseOptions(options, {"--checkpoint", "--checkpoint-every", "--resume", "--json"});
      !refused.ok()) {
    return refused;
  }
  const auto& picture = options.picture;
  if (picture && *picture != "run") {
    return BadUsage(fmt::format("model explain has no picture \"{}\": use run", *picture));
  }
  const Machine machine(options.model);
  if (options.model.planted_bug == models::PlantedBug::kNone) {
    if (picture) return BadUsage("--picture run needs a --planted-bug to show");
    std::fputs(ModelExplained(machine).c_str(), stdout);
    return ExitCode::kClean;
  }
  // A run that cannot end well is of more use here than the place where it got stuck.
  options.search.deadlocks = !options.liveness;
  const TimedReport timed = RunCheck(machine, options, /*quiet=*/false);
  const models::Trace<models::State>* const run = FoundRun(timed.report);
  if (run == nullptr) {
    std::fputs(VerdictPage(machine, timed.report, timed.seconds).c_str(), stdout);
    return ExitCode::kNoVerdict;
  }
  if (picture) {
    std::fputs(models::TracePicture(machine, *run, machine.options().Sentence()).c_str(), stdout);
    return ExitCode::kClean;
  }
  std::fputs(VerdictPage(machine, timed.report, timed.seconds).c_str(), stdout);
  std::printf("\nthe same with every state\n%s", RunText(machine, *run, /*states=*/true).c_str());
  return ExitCode::kClean;
}

absl::StatusOr<ExitCode> Model(const ModelOptions& options) {
  const std::string& action = options.action;
  if (action != "check" && action != "graph" && action != "explain") {
    return BadUsage(fmt::format("there is no model {}: use check, graph or explain", action));
  }
  if (absl::Status checked = Check(options); !checked.ok()) return checked;
  if (action == "check") return CheckModel(options);
  if (action == "graph") return Graph(options);
  return Explain(options);
}

}  // namespace

Command ModelCommand() {
  using Options = ModelOptions;
  CommandTable<Options> table;
  table.info = {
      .name = "model",
      .sentence =
          "Check the protocol itself, as an abstract machine: every state, every interleaving, "
          "every fault, and whether all that is pending comes to an end.",
      .positional = "COMMAND",
      .positional_meaning =
          "check (is it right?), graph (its whole graph), or explain (what it is, or what a "
          "planted bug leads to)",
      .least_names = 1,
      .most_names = 1};
  table.set_names = OneName(&Options::action);
  table.options = ModelOptionTable();
  table.run = Model;
  return MakeCommand(std::move(table));
}

}  // namespace fencepost::cli
