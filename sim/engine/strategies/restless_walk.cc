#include "sim/engine/strategies/restless_walk.h"

#include "sim/engine/strategies/draw_by_weight.h"

namespace fencepost::sim {

bool RestlessWalk::BeginExecution() {
  random_.Seed(seed_);
  return by_weight_.BeginExecution();
}

uint32_t RestlessWalk::Choose(const ChoicePoint& point) {
  if (point.kind != ChoiceKind::kSchedule) return by_weight_.Choose(point);
  return DrawByWeight(point, random_, [](const Alternative& alternative) {
    return uint64_t{alternative.weight} * (alternative.preemption ? kTimesAsRestless : 1);
  });
}

}  // namespace fencepost::sim
