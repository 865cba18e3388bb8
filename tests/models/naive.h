// A simple enumeration of the reachable states, with which the checker's results are compared.
#pragma once

#include <deque>
#include <set>

#include "models/checker/model.h"

namespace fencepost::models {

template <class State>
struct Naive {
  std::set<State> states;
  std::size_t steps = 0;
  std::size_t deadlocks = 0;
  std::set<std::uint8_t> broken;
};

template <Model M>
Naive<typename M::State> Enumerate(const M& model) {
  using State = typename M::State;
  Naive<State> naive;
  std::deque<State> waiting;
  const auto add = [&](const State& state) {
    if (!naive.states.insert(state).second) return;
    waiting.push_back(state);
    if (model.Broken(state) != kNothingBroken) naive.broken.insert(model.Broken(state));
  };
  for (const State& state : model.Initial()) add(state);
  for (; !waiting.empty(); waiting.pop_front()) {
    Steps<State> steps;
    model.Expand(waiting.front(), steps);
    naive.steps += steps.size();
    if (steps.empty() && !model.MayEnd(waiting.front())) ++naive.deadlocks;
    for (const Step<State>& step : steps) {
      if (step.broken != kNothingBroken) naive.broken.insert(step.broken);
      add(step.next);
    }
  }
  return naive;
}

}  // namespace fencepost::models
