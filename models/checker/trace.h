// How a finding is reached: the shortest way there, as steps that the model can describe.
//
// The search keeps no parents, which would cost a correct model memory for nothing. What is found
// is searched for again, breadth first, with them.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "core/check.h"
#include "models/checker/model.h"
#include "models/checker/packed.h"
#include "models/checker/search.h"

namespace fencepost::models {

template <class State>
struct Trace {
  State initial;
  std::vector<Step<State>> steps;

  const State& end() const { return steps.empty() ? initial : steps.back().next; }
};

// States in the order in which they were found, each with the one it was found from.
template <Model M>
class ParentSearch {
 public:
  using State = typename M::State;

  ParentSearch(const M& model, bool symmetry)
      : model_(model), symmetry_(symmetry), index_(std::size_t{1} << 12, kNobody) {}

  // From an initial state to the first one for which `wanted` holds. REQUIRES: it is reachable.
  template <class Wanted>
  std::vector<State> PathTo(Wanted wanted) {
    for (const State& initial : model_.Initial()) Add(Named(initial), kNobody);
    Steps<State> steps;
    for (std::uint32_t i = 0; i < found_.size(); ++i) {
      if (wanted(found_[i].state)) return PathFrom(i);
      steps.clear();
      const State from = found_[i].state;
      model_.Expand(from, steps);
      for (const Step<State>& step : steps) Add(Named(step.next), i);
    }
    Check(false, "what was found is found again");
    return {};
  }

 private:
  static constexpr std::uint32_t kNobody = 0xffffffff;
  struct Found {
    State state;
    std::uint32_t parent;
  };

  State Named(const State& state) const { return symmetry_ ? model_.Canonical(state) : state; }

  void Add(const State& state, std::uint32_t parent) {
    if ((found_.size() + 1) * 2 > index_.size()) Rehash();
    std::uint32_t& slot = SlotFor(state);
    if (slot != kNobody) return;
    slot = static_cast<std::uint32_t>(found_.size());
    found_.push_back({state, parent});
  }
  std::uint32_t& SlotFor(const State& state) {
    std::size_t at = HashOf(state) & (index_.size() - 1);
    while (index_[at] != kNobody && found_[index_[at]].state != state) {
      at = (at + 1) & (index_.size() - 1);
    }
    return index_[at];
  }
  void Rehash() {
    index_.assign(index_.size() * 2, kNobody);
    for (std::uint32_t i = 0; i < found_.size(); ++i) SlotFor(found_[i].state) = i;
  }
  std::vector<State> PathFrom(std::uint32_t at) const {
    std::vector<State> path;
    for (; at != kNobody; at = found_[at].parent) path.push_back(found_[at].state);
    std::reverse(path.begin(), path.end());
    return path;
  }

  const M& model_;
  const bool symmetry_;
  std::vector<Found> found_;
  std::vector<std::uint32_t> index_;
};

// Steps along a path of states. With symmetry the path holds one state for all that differ by names
// alone: the names of the trace are those that the first state leads to.
template <Model M>
Trace<typename M::State> Follow(const M& model, const std::vector<typename M::State>& path,
                                bool symmetry) {
  using State = typename M::State;
  const auto named = [&](const State& state) { return symmetry ? model.Canonical(state) : state; };
  Trace<State> trace;
  for (const State& initial : model.Initial()) {
    if (named(initial) == path.front()) trace.initial = initial;
  }
  Steps<State> steps;
  for (std::size_t i = 1; i < path.size(); ++i) {
    steps.clear();
    model.Expand(trace.end(), steps);
    const auto step = std::find_if(steps.begin(), steps.end(), [&](const Step<State>& candidate) {
      return named(candidate.next) == path[i];
    });
    Check(step != steps.end(), "each state of a path follows from the one before");
    trace.steps.push_back(*step);
  }
  return trace;
}

template <Model M>
Trace<typename M::State> TraceTo(const M& model, const SearchResult<typename M::State>& result,
                                 bool symmetry) {
  using State = typename M::State;
  const Finding<State>& finding = result.finding;
  std::vector<State> path = result.path;
  if (path.empty()) {
    path = ParentSearch<M>(model, symmetry).PathTo([&](const State& state) {
      return state == finding.state;
    });
  }
  Trace<State> trace = Follow(model, path, symmetry);
  if (!finding.is_step) return trace;
  Steps<State> steps;
  model.Expand(trace.end(), steps);
  const auto step = std::find_if(steps.begin(), steps.end(), [&](const Step<State>& candidate) {
    return candidate.broken == finding.property &&
           (symmetry || candidate.next == finding.step.next);
  });
  Check(step != steps.end(), "the step that breaks the property is there again");
  trace.steps.push_back(*step);
  return trace;
}

}  // namespace fencepost::models
