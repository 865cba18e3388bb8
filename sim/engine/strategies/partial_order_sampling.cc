#include "sim/engine/strategies/partial_order_sampling.h"

namespace fencepost::sim {

bool PartialOrderSampling::BeginExecution() {
  random_.Seed(seed_);
  priorities_.Clear();
  return by_weight_.BeginExecution();
}

uint32_t PartialOrderSampling::Choose(const ChoicePoint& point) {
  if (point.kind != ChoiceKind::kSchedule) return by_weight_.Choose(point);
  if (const auto time = TimeOvertakes(point, random_)) return *time;
  const uint32_t chosen = priorities_.Highest(point, [this] { return random_.Next() | 1; });
  if (algorithm_ == Algorithm::kFull) {
    ForgetRaced(point, chosen, priorities_);
  } else {
    priorities_.Forget(point.alternatives[chosen].name);
  }
  return chosen;
}

void ForgetRaced(const ChoicePoint& point, uint32_t chosen, TaskPriorities& priorities) {
  const PendingAccess first = point.alternatives[chosen].pending;
  priorities.Forget(point.alternatives[chosen].name);
  if (!first.known()) return;
  for (const Alternative& alternative : point.alternatives) {
    if (Race(first, alternative.pending)) priorities.Forget(alternative.name);
  }
}

}  // namespace fencepost::sim
