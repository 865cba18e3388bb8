// The plain search, and of which class of equivalent executions each one is.
#pragma once

#include <cstdint>
#include <utility>

#include "sim/engine/reduction/causal_recorder.h"
#include "sim/engine/reduction/exhaustive.h"

namespace fencepost::sim {

class PlainSearch : public Exhaustive {
 public:
  using Exhaustive::Exhaustive;
  bool BeginExecution() override {
    recorder_.BeginExecution();
    return Exhaustive::BeginExecution();
  }
  uint32_t Choose(const ChoicePoint& point) override {
    const uint32_t chosen = Exhaustive::Choose(point);
    if (point.kind != ChoiceKind::kSchedule) recorder_.Decided(point, chosen);
    return chosen;
  }
  StepObserver* step_observer() override { return &recorder_; }

  // Of the last execution: the name of its happens-before order.
  using Class = std::pair<uint64_t, uint64_t>;
  Class ClassOfLast() {
    recorder_.FinishStep();
    const HappensBefore::Name name = recorder_.order().Signature();
    return {name.high, name.low};
  }

 private:
  CausalRecorder recorder_;
};

}  // namespace fencepost::sim
