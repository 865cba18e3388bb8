#include "sim/engine/strategies/scaled_faults.h"

#include <algorithm>
#include <utility>

#include "sim/engine/strategies/draw_by_weight.h"

namespace fencepost::sim {

ScaledFaults::ScaledFaults(uint64_t seed, FaultScale scale, std::unique_ptr<Strategy> rest)
    : seed_(DeriveSeed(seed, 5)), scale_(scale), rest_(std::move(rest)), random_(seed_) {
  Check(scale.in > 0, "a scale of faults in no executions");
}

bool ScaledFaults::BeginExecution() {
  random_.Seed(seed_);
  return rest_->BeginExecution();
}

uint32_t ScaledFaults::Choose(const ChoicePoint& point) {
  const auto is_enabled_fault = [](const Alternative& alternative) {
    return alternative.fault && alternative.weight > 0;
  };
  if (!std::ranges::any_of(point.alternatives, is_enabled_fault)) return rest_->Choose(point);
  return DrawByWeight(point, random_, [this](const Alternative& alternative) {
    return uint64_t{alternative.weight} * (alternative.fault ? scale_.times : scale_.in);
  });
}

}  // namespace fencepost::sim
