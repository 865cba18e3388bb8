// The reachable graph of the protocol as a whole, for questions about all of its paths.
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

// Vertices are numbered as breadth-first search finds them; edges are sorted by where they begin.
struct StateGraph {
  StateIndex<State> states;
  std::vector<StateEdge> edges;
};

// nullopt if there are more than `most_states`.
std::optional<StateGraph> ReachableGraph(const Machine& machine, std::size_t most_states);

struct GraphSummary {
  std::uint64_t states = 0;
  std::uint64_t edges = 0;
  std::uint64_t farthest = 0;  // steps from the start
  std::uint64_t components = 0;
  std::uint64_t cyclic_components = 0;
  std::uint64_t largest_component = 0;
};
GraphSummary Summary(const StateGraph& graph);

// Does every path from the start to a state in which the worker's pod is deleted pass a step at
// which a fence on it lands? Asked of the dominator tree: all those steps are led through one
// vertex, all those states to another, and the first has to dominate the second.
enum class Dominance : std::uint8_t { kDominates, kDoesNot, kNeverDeleted };
Dominance FenceDominatesDeletion(const StateGraph& graph, int worker);

// How often each rule occurs on an edge, and its endings apart.
struct RuleUse {
  std::string_view name;
  std::uint64_t done = 0;
  std::uint64_t missed = 0;
  std::uint64_t reply_lost = 0;
  std::uint64_t spared = 0;
};
// In the order of the rules; those that never occur are there, too.
std::vector<RuleUse> RuleUses(const StateGraph& graph);

}  // namespace fencepost::models
