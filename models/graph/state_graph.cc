#include "models/graph/state_graph.h"

#include <algorithm>
#include <boost/graph/breadth_first_search.hpp>
#include <boost/graph/compressed_sparse_row_graph.hpp>
#include <boost/graph/strong_components.hpp>
#include <boost/property_map/property_map.hpp>
#include <limits>
#include <utility>

namespace fencepost::models {
namespace {

using Ends = std::vector<std::pair<std::size_t, std::size_t>>;
using ForwardGraph = boost::compressed_sparse_row_graph<boost::directedS>;
template <class Graph, class Value>
auto MapOver(const Graph& graph, std::vector<Value>& values) {
  return boost::make_iterator_property_map(values.begin(), boost::get(boost::vertex_index, graph));
}

}  // namespace

std::optional<StateGraph> ReachableGraph(const Machine& machine, std::size_t most_states) {
  StateGraph graph;
  for (const State& initial : machine.Initial()) graph.states.Number(initial);
  Steps<State> steps;
  for (std::uint32_t from = 0; from < graph.states.size(); ++from) {
    if (graph.states.size() > most_states) return std::nullopt;
    steps.clear();
    machine.Expand(State(graph.states[from]), steps);
    for (const Step<State>& step : steps) {
      graph.edges.push_back({from, graph.states.Number(step.next).first, step.rule, step.detail});
    }
  }
  return graph;
}

GraphSummary Summary(const StateGraph& graph) {
  GraphSummary summary{.states = graph.states.size(), .edges = graph.edges.size()};
  Ends ends;
  ends.reserve(graph.edges.size());
  for (const StateEdge& edge : graph.edges) ends.emplace_back(edge.from, edge.to);
  const ForwardGraph forward(boost::edges_are_sorted, ends.begin(), ends.end(),
                             graph.states.size());

  std::vector<std::uint32_t> distance(graph.states.size(), 0);
  boost::breadth_first_search(forward, std::size_t{0},
                              boost::visitor(boost::make_bfs_visitor(boost::record_distances(
                                  MapOver(forward, distance), boost::on_tree_edge()))));
  summary.farthest = *std::max_element(distance.begin(), distance.end());

  std::vector<std::size_t> component(graph.states.size());
  summary.components = boost::strong_components(forward, MapOver(forward, component));
  std::vector<std::uint64_t> sizes(summary.components, 0);
  for (const std::size_t number : component) ++sizes[number];
  for (const std::uint64_t size : sizes) {
    summary.largest_component = std::max(summary.largest_component, size);
    if (size > 1) ++summary.cyclic_components;
  }
  return summary;
}

// A dominator tree (Lengauer and Tarjan, 1979) would name the nearest of the steps as well, but
// Boost computes it by a recursion as deep as the longest path, for which no stack is large enough.
Dominance FenceDominatesDeletion(const StateGraph& graph, int worker) {
  Ends without_fences;
  without_fences.reserve(graph.edges.size());
  for (const StateEdge& edge : graph.edges) {
    const bool lands = !FenceLanded::Get(graph.states[edge.from], worker) &&
                       FenceLanded::Get(graph.states[edge.to], worker);
    if (!lands) without_fences.emplace_back(edge.from, edge.to);
  }
  const ForwardGraph forward(boost::edges_are_sorted, without_fences.begin(), without_fences.end(),
                             graph.states.size());
  constexpr std::uint32_t kOutOfReach = std::numeric_limits<std::uint32_t>::max();
  std::vector<std::uint32_t> distance(graph.states.size(), kOutOfReach);
  distance.front() = 0;
  boost::breadth_first_search(forward, std::size_t{0},
                              boost::visitor(boost::make_bfs_visitor(boost::record_distances(
                                  MapOver(forward, distance), boost::on_tree_edge()))));
  Dominance dominance = Dominance::kNeverDeleted;
  for (std::uint32_t state = 0; state < graph.states.size(); ++state) {
    if (PodOf::Get(graph.states[state], worker) != Pod::kDeleted) continue;
    if (distance[state] != kOutOfReach) return Dominance::kDoesNot;
    dominance = Dominance::kDominates;
  }
  return dominance;
}

std::vector<RuleUse> RuleUses(const StateGraph& graph) {
  std::vector<RuleUse> uses(kRuleCount);
  for (std::size_t i = 0; i < kRuleCount; ++i) uses[i].name = RuleName(static_cast<Rule>(i));
  for (const StateEdge& edge : graph.edges) {
    RuleUse& use = uses[edge.rule];
    switch (ResultOf(edge.detail)) {
      case StepResult::kDone:
        ++use.done;
        break;
      case StepResult::kMissed:
        ++use.missed;
        break;
      case StepResult::kReplyLost:
        ++use.reply_lost;
        break;
      case StepResult::kSpared:
        ++use.spared;
        break;
    }
  }
  return uses;
}

}  // namespace fencepost::models
