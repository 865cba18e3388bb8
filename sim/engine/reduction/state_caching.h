// StateCaching: exhaustive search that goes on from each state once. A state is known by the causal
// order of the steps that led to it (happens-before caching: Musuvathi and Qadeer, PLDI 2007, in
// CHESS), since neither stacks nor memory can be compared: orders of independent steps are one
// state, two ways to the same values are two.
//
// It may be combined with every bound: what is left of the bounds, and under a bound on preemptions
// the task that ran last, are part of the state. States are known by 128 bits of a hash.
#pragma once

#include <cstdint>

#include "absl/container/flat_hash_set.h"
#include "sim/engine/reduction/causal_recorder.h"
#include "sim/engine/reduction/exhaustive.h"

namespace fencepost::sim {

class StateCaching : public Exhaustive {
 public:
  using Exhaustive::Exhaustive;

  // In which a task was chosen.
  uint64_t distinct_states() const { return seen_.size(); }

  bool BeginExecution() override;
  uint32_t Choose(const ChoicePoint& point) override;
  StepObserver* step_observer() override { return &recorder_; }

 private:
  struct State {
    HappensBefore::Name steps;
    uint64_t faults;
    uint64_t preemptions;  // 0 without a bound on them
    uint64_t last_task;    // the same
    friend bool operator==(const State&, const State&) = default;
    template <typename H>
    friend H AbslHashValue(H hash, const State& state) {
      return H::combine(std::move(hash), state.steps, state.faults, state.preemptions,
                        state.last_task);
    }
  };

  CausalRecorder recorder_;
  absl::flat_hash_set<State> seen_;
};

}  // namespace fencepost::sim
