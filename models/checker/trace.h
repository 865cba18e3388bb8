// The shortest path to a finding, as steps that the model can describe.
//
// The search stores no parents, to save memory when nothing is found. The path to a finding is
// computed by a second breadth-first search that stores them.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "core/rules/check.h"
#include "models/checker/model.h"
#include "models/checker/search.h"
#include "models/checker/state_index.h"

namespace fencepost::models {

template <class State>
struct Trace {
  State initial;
  std::vector<Step<State>> steps;

  const State& end() const { return steps.empty() ? initial : steps.back().next; }
};

// The shortest path from an initial state to a state that satisfies `wanted`. REQUIRES: one is
// reachable.
template <Model M, class Wanted>
std::vector<typename M::State> ShortestPathTo(const M& model, bool symmetry, Wanted wanted) {
  using State = typename M::State;
  const auto named = [&](const State& state) { return symmetry ? model.Canonical(state) : state; };
  StateIndex<State> found;
  std::vector<std::uint32_t> parents;  // by number; an initial state is its own
  for (const State& initial : model.Initial()) {
    if (found.Number(named(initial)).second) parents.push_back(found.size() - 1);
  }
  Steps<State> steps;
  for (std::uint32_t i = 0; i < found.size(); ++i) {
    const State from = found[i];
    if (wanted(from)) {
      std::vector<State> path = {from};
      for (std::uint32_t at = i; parents[at] != at; at = parents[at]) {
        path.push_back(found[parents[at]]);
      }
      std::reverse(path.begin(), path.end());
      return path;
    }
    steps.clear();
    model.Expand(from, steps);
    for (const Step<State>& step : steps) {
      if (found.Number(named(step.next)).second) parents.push_back(i);
    }
  }
  Check(false, "what was found is found again");
  return {};
}

// The steps along a path of states. With symmetry the path consists of representatives; the trace
// uses the names of the initial state.
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
  const SearchFinding<State>& finding = result.finding;
  std::vector<State> path = result.path;
  if (path.empty()) {
    path =
        ShortestPathTo(model, symmetry, [&](const State& state) { return state == finding.state; });
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
