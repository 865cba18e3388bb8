#include "cli/report/model_graph_report.h"

#include <fmt/format.h>

#include <cstdio>
#include <string>
#include <vector>

#include "cli/report/json.h"
#include "cli/report/table.h"
#include "cli/report/text.h"

namespace fencepost::cli {
namespace {

using models::Machine;

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

}  // namespace

void ShowGraph(const Machine& machine, const models::StateGraph& graph, const Output& output) {
  const models::GraphSummary summary = models::Summary(graph);
  Json report = Json::Object({{"model", machine.options().Sentence()},
                              {"states", summary.states},
                              {"edges", summary.edges},
                              {"farthest", summary.farthest},
                              {"components", summary.components},
                              {"cyclic_components", summary.cyclic_components},
                              {"largest_component", summary.largest_component},
                              {"workers", Json::Array()}});
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
    report["workers"].push_back(Json::Object({{"worker", worker + 1}, {"deletion", sentence}}));
  }
  if (output.json) return PrintJson(report);
  std::fputs((text + "\n" + UseTable(graph)).c_str(), stdout);
}

}  // namespace fencepost::cli
