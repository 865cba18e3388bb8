// RecordedSteps: an execution as the sequence of its steps, so that it can be run again with two of
// them in the other order.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "sim/engine/reduction/causal_recorder.h"
#include "sim/engine/strategy.h"

namespace fencepost::sim {

struct RecordedStep {
  struct Decision {
    Label point;
    Label chosen;
  };
  Label task;
  Label what;                       // the name of the scheduling point at which it begins
  std::vector<Decision> decisions;  // within the step, in order
};

// Records the steps beside their causal order.
class StepRecorder : public CausalRecorder {
 public:
  void BeginExecution() {
    CausalRecorder::BeginExecution();
    steps_.clear();
  }
  void Decided(const ChoicePoint& point, uint32_t chosen) {
    CausalRecorder::Decided(point, chosen);
    if (steps_.empty()) return;
    steps_.back().decisions.push_back({point.name, point.alternatives[chosen].name});
  }
  const std::vector<RecordedStep>& steps() const { return steps_; }

  bool OnStep(Label task, Label what) override {
    steps_.push_back({task, what, {}});
    return CausalRecorder::OnStep(task, what);
  }

 private:
  std::vector<RecordedStep> steps_;
};

// Runs the given steps, once. A fault point that the recorded step did not have, because the faults
// of the execution were used up by then, takes no fault. Random bits have the value that the
// searches give them by default.
class StepReplay : public Strategy {
 public:
  explicit StepReplay(std::vector<RecordedStep> steps)
      : steps_(std::move(steps)), observer_(*this) {}

  // The first step that could not be taken, or not with its decisions. Nothing if all were taken.
  std::optional<size_t> parted_at() const { return parted_at_; }
  const StepRecorder& recorder() const { return observer_; }

  bool BeginExecution() override {
    if (begun_) return false;
    begun_ = true;
    return true;
  }
  uint32_t Choose(const ChoicePoint& point) override;
  uint64_t RandomBits(Label) override { return 0; }
  StepObserver* step_observer() override { return &observer_; }
  void EndExecution(End end) override;

 private:
  class Observer : public StepRecorder {
   public:
    explicit Observer(StepReplay& replay) : replay_(replay) {}
    bool OnStep(Label task, Label what) override;

   private:
    StepReplay& replay_;
  };

  uint32_t Part(size_t step);
  Label DecisionWithin(const RecordedStep& step, const ChoicePoint& point);

  const std::vector<RecordedStep> steps_;
  Observer observer_;
  bool begun_ = false;
  size_t decided_ = 0;  // within the step under way
  std::optional<size_t> parted_at_;
};

}  // namespace fencepost::sim
