#include "models/graph/state_graph.h"

#include <algorithm>
#include <boost/graph/breadth_first_search.hpp>
#include <boost/graph/compressed_sparse_row_graph.hpp>
#include <boost/graph/dominator_tree.hpp>
#include <boost/graph/strong_components.hpp>
#include <boost/property_map/property_map.hpp>
#include <utility>

namespace fencepost::models {
namespace {
using TwoWayGraph =
    boost::compressed_sparse_row_graph<boost::bidirectionalS, boost::no_property,
                                       boost::no_property, boost::no_property, std::size_t>;
}  // namespace
}  // namespace fencepost::models

// The dominator tree requires this function, which the compressed graph of Boost 1.74 lacks.
namespace boost {
inline std::size_t degree(std::size_t vertex, const fencepost::models::TwoWayGraph& graph) {
  return in_degree(vertex, graph) + out_degree(vertex, graph);
}
}  // namespace boost

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

Dominance FenceDominatesDeletion(const StateGraph& graph, int worker) {
  const std::size_t fence = graph.states.size();
  const std::size_t deletion = fence + 1;
  Ends ends;
  ends.reserve(graph.edges.size());
  for (const StateEdge& edge : graph.edges) {
    const bool lands = !FenceLanded::Get(graph.states[edge.from], worker) &&
                       FenceLanded::Get(graph.states[edge.to], worker);
    if (lands) {
      ends.emplace_back(edge.from, fence);
      ends.emplace_back(fence, edge.to);
    } else {
      ends.emplace_back(edge.from, edge.to);
    }
  }
  const std::size_t before = ends.size();
  for (std::uint32_t state = 0; state < graph.states.size(); ++state) {
    if (PodOf::Get(graph.states[state], worker) == Pod::kDeleted) {
      ends.emplace_back(state, deletion);
    }
  }
  if (ends.size() == before) return Dominance::kNeverDeleted;
  std::sort(ends.begin(), ends.end());
  ends.erase(std::unique(ends.begin(), ends.end()), ends.end());
  const TwoWayGraph two_way(boost::edges_are_unsorted_multi_pass, ends.begin(), ends.end(),
                            deletion + 1);
  const std::size_t no_vertex = boost::graph_traits<TwoWayGraph>::null_vertex();
  std::vector<std::size_t> dominator(deletion + 1, no_vertex);
  boost::lengauer_tarjan_dominator_tree(two_way, std::size_t{0}, MapOver(two_way, dominator));
  for (std::size_t at = deletion; at != no_vertex; at = dominator[at]) {
    if (at == fence) return Dominance::kDominates;
  }
  return Dominance::kDoesNot;
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
