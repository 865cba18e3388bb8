// fencepost model: the protocol checked in its own right.
#include <fmt/format.h>

#include <cstdio>
#include <nlohmann/json.hpp>
#include <string>

#include "absl/status/status.h"
#include "cli/commands.h"
#include "cli/model_check.h"
#include "cli/model_request.h"
#include "cli/report/json_report.h"
#include "cli/report/model_verdict.h"
#include "cli/report/table.h"
#include "cli/report/text.h"
#include "models/graph/picture.h"
#include "models/graph/state_graph.h"

namespace fencepost::cli {
namespace {

using models::Machine;

constexpr std::size_t kMostGraphStates = 2'000'000;

absl::Status Wrong(const std::string& sentence) { return absl::InvalidArgumentError(sentence); }

absl::Status RefuseOptions(const GivenArguments& given, std::string_view action,
                           std::initializer_list<std::string_view> options) {
  for (const std::string_view option : options) {
    if (given.Has(option)) return Wrong(fmt::format("model {} takes no {}", action, option));
  }
  return absl::OkStatus();
}

// ---- check -------------------------------------------------------------------------------------

absl::StatusOr<ExitCode> Check(const GivenArguments& given, const ModelRequest& request) {
  if (absl::Status refused = RefuseOptions(given, "check", {"--picture"}); !refused.ok()) {
    return refused;
  }
  const Machine machine(request.model);
  const TimedReport timed = RunCheck(machine, request, given.Has("--json"));
  if (timed.report.search.end == models::SearchEnd::kBadCheckpoint) {
    return Wrong(timed.report.search.problem);
  }
  if (given.Has("--json")) {
    PrintJson(VerdictJson(machine, timed.report, timed.seconds));
  } else {
    std::fputs(VerdictPage(machine, timed.report, timed.seconds).c_str(), stdout);
  }
  return ExitCodeOf(timed.report);
}

// ---- graph -------------------------------------------------------------------------------------

std::string_view DominanceSentence(models::Dominance dominance) {
  switch (dominance) {
    case models::Dominance::kDominates:
      return "every path to its deleted pod passes a landed fence";
    case models::Dominance::kDoesNot:
      return "a path to its deleted pod passes no landed fence";
    case models::Dominance::kNeverDeleted:
      return "its pod is never deleted";
  }
  return "";
}

std::string UseTable(const models::StateGraph& graph) {
  std::vector<std::vector<std::string>> rows = {{"rule", "done", "missed", "reply lost", "spared"}};
  std::vector<std::vector<std::string>> used;
  for (const models::RuleUse& use : models::RuleUses(graph)) {
    const bool never = use.done + use.missed + use.reply_lost + use.spared == 0;
    (never ? rows : used)
        .push_back({std::string(use.name), Grouped(use.done), Grouped(use.missed),
                    Grouped(use.reply_lost), Grouped(use.spared)});
  }
  rows.insert(rows.end(), used.begin(), used.end());  // those that never occur come first
  return Table(rows, 1);
}

void PrintGraph(const Machine& machine, const models::StateGraph& graph, bool json) {
  const models::GraphSummary summary = models::Summary(graph);
  Json report{{"model", machine.options().Sentence()},
              {"states", summary.states},
              {"edges", summary.edges},
              {"farthest", summary.farthest},
              {"components", summary.components},
              {"cyclic_components", summary.cyclic_components},
              {"largest_component", summary.largest_component},
              {"workers", Json::array()}};
  std::string text = fmt::format(
      "{}\n{} states, {} edges, the farthest {} steps from the start\n{} components, {} of more "
      "than one state, the largest of {}\n",
      machine.options().Sentence(), Grouped(summary.states), Grouped(summary.edges),
      summary.farthest, Grouped(summary.components), Grouped(summary.cyclic_components),
      Grouped(summary.largest_component));
  for (int worker = 0; worker < machine.options().workers; ++worker) {
    const std::string_view sentence =
        DominanceSentence(models::FenceDominatesDeletion(graph, worker));
    text += fmt::format("worker {}: {} (dominator tree)\n", worker + 1, sentence);
    report["workers"].push_back({{"worker", worker + 1}, {"deletion", sentence}});
  }
  if (json) return PrintJson(report);
  std::fputs((text + "\n" + UseTable(graph)).c_str(), stdout);
}

absl::StatusOr<ExitCode> Graph(const GivenArguments& given, const ModelRequest& request) {
  if (absl::Status refused =
          RefuseOptions(given, "graph",
                        {"--safety", "--symmetry", "--compaction", "--depth-first", "--jobs",
                         "--memory", "--time", "--checkpoint", "--checkpoint-every", "--resume"});
      !refused.ok()) {
    return refused;
  }
  const std::string* const picture = given.Find("--picture");
  if (picture != nullptr && *picture == "lifecycle") {
    std::fputs(models::LifecyclePicture().c_str(), stdout);
    return ExitCode::kClean;
  }
  if (picture != nullptr && *picture != "row") {
    return Wrong(fmt::format("model graph has no picture \"{}\": use lifecycle or row", *picture));
  }
  const Machine machine(request.model);
  const auto graph = models::ReachableGraph(machine, kMostGraphStates);
  if (!graph.has_value()) {
    return Wrong(
        fmt::format("the graph has more than {} states: choose a smaller model, or use "
                    "fencepost model check",
                    Grouped(kMostGraphStates)));
  }
  if (picture != nullptr) {
    std::fputs(models::RowPicture(*graph).c_str(), stdout);
  } else {
    PrintGraph(machine, *graph, given.Has("--json"));
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

absl::StatusOr<ExitCode> Explain(const GivenArguments& given, ModelRequest request) {
  if (absl::Status refused = RefuseOptions(
          given, "explain", {"--checkpoint", "--checkpoint-every", "--resume", "--json"});
      !refused.ok()) {
    return refused;
  }
  const std::string* const picture = given.Find("--picture");
  if (picture != nullptr && *picture != "run") {
    return Wrong(fmt::format("model explain has no picture \"{}\": use run", *picture));
  }
  const Machine machine(request.model);
  if (request.model.planted_bug == models::PlantedBug::kNone) {
    if (picture != nullptr) return Wrong("--picture run needs a --planted-bug to show");
    std::fputs(ModelExplained(machine).c_str(), stdout);
    return ExitCode::kClean;
  }
  // A run that cannot end well is of more use here than the place where it got stuck.
  request.search.deadlocks = !request.liveness;
  const TimedReport timed = RunCheck(machine, request, /*quiet=*/false);
  const models::Trace<models::State>* const run = FoundRun(timed.report);
  if (run == nullptr) {
    std::fputs(VerdictPage(machine, timed.report, timed.seconds).c_str(), stdout);
    return ExitCode::kNoVerdict;
  }
  if (picture != nullptr) {
    std::fputs(models::TracePicture(machine, *run, machine.options().Sentence()).c_str(), stdout);
    return ExitCode::kClean;
  }
  std::fputs(VerdictPage(machine, timed.report, timed.seconds).c_str(), stdout);
  std::printf("\nthe same with every state\n%s", RunText(machine, *run, /*states=*/true).c_str());
  return ExitCode::kClean;
}

absl::StatusOr<ExitCode> Model(const GivenArguments& given) {
  const std::string& action = given.names.front();
  if (action != "check" && action != "graph" && action != "explain") {
    return Wrong(fmt::format("there is no model {}: use check, graph or explain", action));
  }
  const auto request = ModelRequestOf(given);
  if (!request.ok()) return request.status();
  if (action == "check") return Check(given, *request);
  if (action == "graph") return Graph(given, *request);
  return Explain(given, *request);
}

}  // namespace

CommandSpec ModelCommand() {
  CommandSpec spec;
  spec.name = "model";
  spec.sentence =
      "Check the protocol itself, as an abstract machine: every state, every interleaving, every "
      "fault, and whether all that is pending comes to an end.";
  spec.positional = "COMMAND";
  spec.positional_meaning =
      "check (is it right?), graph (its whole graph), or explain (what it is, or what a planted "
      "bug "
      "leads to)";
  spec.least_names = 1;
  spec.most_names = 1;
  spec.options = {
      {"--control-planes", "N", "1 to 3 (default 2)"},
      {"--workers", "N", "1 to 3 (default 1)"},
      {"--epochs", "N", "1 to 3: no lease is renewed beyond (default 3)"},
      {"--without", "LIST",
       "leave out parts: sessions, secrets, crashes, pauses, lost-replies, faults (all three)"},
      {"--planted-bug", "NAME",
       "a protocol that is wrong in one way; see: fencepost model explain"},
      {"--safety", "", "safety alone, without liveness"},
      {"--symmetry", "", "one state for all that differ by names alone (with --safety)"},
      {"--compaction", "", "keep fingerprints and say what may have been omitted (with --safety)"},
      {"--depth-first", "", "depth first, on one core (with --safety)"},
      {"--jobs", "N", "cores (default 1)"},
      {"--memory", "SIZE", "stop clearly beyond it: 512M, 8G (default 8G)"},
      {"--time", "T", "stop after T (60s, 5m)"},
      {"--checkpoint", "FILE", "put the search aside there, now and then and when time is over"},
      {"--checkpoint-every", "T", "how often (default 10m)"},
      {"--resume", "", "go on from the checkpoint"},
      {"--picture", "NAME", "for Graphviz: lifecycle or row (graph), run (explain)"},
      kJson};
  spec.execute = Model;
  return spec;
}

}  // namespace fencepost::cli
