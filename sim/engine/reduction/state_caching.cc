#include "sim/engine/reduction/state_caching.h"

namespace fencepost::sim {

bool StateCaching::BeginExecution() {
  if (!Exhaustive::BeginExecution()) return false;
  recorder_.BeginExecution();
  redundant_ = false;
  return true;
}

uint32_t StateCaching::Choose(const ChoicePoint& point) {
  if (point.kind == ChoiceKind::kSchedule) {
    recorder_.FinishStep();
    if (breaks_new_ground()) {
      State state{recorder_.order().Signature(), faults(), 0, 0};
      if (bounds().max_preemptions != ExhaustiveBounds::kNone) {
        state.preemptions = preemptions();
        state.last_task = recorder_.order().task(recorder_.order().size() - 1).hash();
      }
      if (!seen_.insert(state).second) {
        redundant_ = true;
        return kStop;
      }
    }
  }
  const uint32_t chosen = Exhaustive::Choose(point);
  if (chosen != kStop && point.kind != ChoiceKind::kSchedule) recorder_.Decided(point, chosen);
  return chosen;
}

void StateCaching::EndExecution(End end) {
  if (!redundant_) return Exhaustive::EndExecution(end);
  CountAsRedundant();
}

}  // namespace fencepost::sim
