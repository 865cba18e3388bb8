// The reachable graph of the protocol, for questions about all of its paths.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "models/checker/state_index.h"
#include "models/lifecycle/machine.h"

namespace fencepost::models {

struct StateEdge {
  std::uint32_t from = 0;
  std::uint32_t to = 0;
  std::uint16_t rule = 0;
  std::uint16_t detail = 0;
};

// Vertices are numbered in breadth-first order; edges are sorted by their source.
struct StateGraph {
  StateIndex<State> states;
  std::vector<StateEdge> edges;
};

// nullopt if more than `most_states` states are reachable.
std::optional<StateGraph> ReachableGraph(const Machine& machine, std::size_t most_states);

struct GraphSummary {
  std::uint64_t states = 0;
  std::uint64_t edges = 0;
  std::uint64_t farthest = 0;  // the greatest distance from the initial state
  std::uint64_t components = 0;
  std::uint64_t cyclic_components = 0;
  std::uint64_t largest_component = 0;
};
GraphSummary Summary(const StateGraph& graph);

// Whether every path from the initial state to a state in which the worker's pod is deleted
// contains a step at which a fence on the worker lands. The answer comes from the dominator tree:
// the steps are routed through one added vertex, the states lead to another, and the first must
// dominate the second.
enum class Dominance : std::uint8_t { kDominates, kDoesNot, kNeverDeleted };
Dominance FenceDominatesDeletion(const StateGraph& graph, int worker);

// The number of edges of each rule, by the result of the step.
struct RuleUse {
  std::string_view name;
  std::uint64_t done = 0;
  std::uint64_t missed = 0;
  std::uint64_t reply_lost = 0;
  std::uint64_t spared = 0;
};
// In the order of the rules, including rules without an edge.
std::vector<RuleUse> RuleUses(const StateGraph& graph);

}  // namespace fencepost::models
