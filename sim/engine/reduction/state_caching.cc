#include "sim/engine/reduction/state_caching.h"

namespace fencepost::sim {

bool StateCaching::BeginExecution() {
  recorder_.BeginExecution();
  return Exhaustive::BeginExecution();
}

uint32_t StateCaching::Choose(const ChoicePoint& point) {
  if (point.kind == ChoiceKind::kSchedule) {
    recorder_.FinishStep();
    if (at_new_point()) {
      State state{recorder_.order().Signature(), faults_, 0, 0};
      if (bounds_.max_preemptions != ExhaustiveBounds::kNone) {
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

}  // namespace fencepost::sim
