// Models of small graphs with known answers.
#pragma once

#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "models/checker/model.h"
#include "models/checker/packed.h"

namespace fencepost::models {

struct ToyEdge {
  std::uint64_t from = 0;
  std::uint64_t to = 0;
  std::uint8_t fair = kUnfair;
  bool breaks = false;
};

// Vertex 0 is the start.
struct ToyModel {
  using State = Packed<1>;

  std::vector<ToyEdge> edges;
  std::set<std::uint64_t> pending = {};
  std::set<std::uint64_t> broken = {};
  std::set<std::uint64_t> ends = {};
  std::vector<Fairness> fairness = {Fairness::kWeak, Fairness::kWeak};

  static State At(std::uint64_t vertex) { return {{vertex}}; }
  std::string Name() const { return "toy with " + std::to_string(edges.size()) + " edges"; }
  std::vector<State> Initial() const { return {At(0)}; }
  void Expand(const State& state, Steps<State>& steps) const {
    for (const ToyEdge& edge : edges) {
      if (edge.from != state.words[0]) continue;
      steps.push_back({.next = At(edge.to),
                       .fair = edge.fair,
                       .broken = edge.breaks ? std::uint8_t{0} : kNothingBroken});
    }
  }
  std::uint8_t Broken(const State& state) const {
    return broken.contains(state.words[0]) ? 0 : kNothingBroken;
  }
  bool MayEnd(const State& state) const { return ends.contains(state.words[0]); }
  State Canonical(const State& state) const { return state; }
  std::string_view PropertyName(std::uint8_t) const { return "toy"; }
  Fairness FairnessOf(std::uint8_t action) const {
    return action < fairness.size() ? fairness[action] : Fairness::kWeak;
  }
  std::vector<Liveness> LivenessProperties() const { return {{"leaves", "It is left."}}; }
  bool Pending(const State& state, std::size_t) const { return pending.contains(state.words[0]); }
  std::string Describe(const State&, const Step<State>& step) const {
    return "to " + std::to_string(step.next.words[0]);
  }
  std::string DescribeState(const State& state) const { return std::to_string(state.words[0]); }
};

// The numbers below `size`, each with two successors. Every vertex is reachable, most of them by
// several paths.
struct NumbersModel : ToyModel {
  explicit NumbersModel(std::uint64_t size_given) : size(size_given) {}

  std::string Name() const { return "numbers below " + std::to_string(size); }
  void Expand(const State& state, Steps<State>& steps) const {
    const std::uint64_t n = state.words[0];
    steps.push_back({.next = At((n + 1) % size)});
    steps.push_back({.next = At(2 * n % size)});
  }
  bool MayEnd(const State&) const { return true; }

  std::uint64_t size;
};

}  // namespace fencepost::models
