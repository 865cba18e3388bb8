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
  const uint32_t chosen = priorities_.Highest(point, [this] { return random_.Next(); });
  priorities_.Forget(point.alternatives[chosen].name);  // its next step is another
  return chosen;
}

}  // namespace fencepost::sim
