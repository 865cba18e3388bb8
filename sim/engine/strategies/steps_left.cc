#include "sim/engine/strategies/steps_left.h"

#include <algorithm>
#include <utility>

namespace fencepost::sim {

void StepsLeft::Begin(const ProgramProfile& profile, std::vector<uint32_t> steps) {
  profile_ = &profile;
  numbers_ = profile.numbers();
  left_ = std::move(steps);
  left_.resize(numbers_.size());
  seen_.assign(numbers_.size(), false);
}

uint32_t StepsLeft::NumberOf(Label task) {
  last_birth_ = {};
  const uint32_t number = numbers_.NumberOf(task);
  if (number == left_.size()) {
    left_.push_back(0);
    seen_.push_back(true);
  }
  if (seen_[number]) return number;
  seen_[number] = true;
  const uint32_t parent = profile_->tasks()[number].parent;
  if (parent == TaskTable::kUnknown) return number;
  last_birth_ = {parent, left_[number], left_[parent]};
  left_[parent] -= std::min(left_[parent], left_[number]);
  return number;
}

}  // namespace fencepost::sim
