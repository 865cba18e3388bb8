#include "sim/engine/reduction/recorded_steps.h"

namespace fencepost::sim {

bool StepReplay::Observer::OnStep(Label task, Label what) {
  const size_t step = steps().size();
  if (step >= replay_.steps_.size() || replay_.steps_[step].task != task) {
    replay_.Part(step);
    return false;
  }
  replay_.decided_ = 0;
  return StepRecorder::OnStep(task, what);
}

uint32_t StepReplay::Part(size_t step) {
  if (!parted_at_) parted_at_ = step;
  return kStop;
}

uint32_t StepReplay::Choose(const ChoicePoint& point) {
  const bool schedule = point.kind == ChoiceKind::kSchedule;
  const size_t step = schedule ? observer_.steps().size() : observer_.steps().size() - 1;
  if (parted_at_ || step >= steps_.size()) return Part(step);
  const Label name = schedule ? steps_[step].task : DecisionWithin(steps_[step], point);
  for (uint32_t i = 0; i < point.alternatives.size(); ++i) {
    if (point.alternatives[i].weight == 0 || point.alternatives[i].name != name) continue;
    if (!schedule) observer_.Decided(point, i);
    return i;
  }
  return Part(step);
}

// The next recorded decision of this point.
Label StepReplay::DecisionWithin(const RecordedStep& step, const ChoicePoint& point) {
  for (size_t next = decided_; next < step.decisions.size(); ++next) {
    if (step.decisions[next].point != point.name) continue;
    decided_ = next + 1;
    return step.decisions[next].chosen;
  }
  return point.kind == ChoiceKind::kFault ? point.alternatives[0].name : Label();
}

void StepReplay::EndExecution(End) {
  observer_.FinishStep();
  if (observer_.steps().size() < steps_.size()) Part(observer_.steps().size());
}

}  // namespace fencepost::sim
