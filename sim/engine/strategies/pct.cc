#include "sim/engine/strategies/pct.h"

#include <algorithm>

#include "sim/engine/check.h"

namespace fencepost::sim {
namespace {

// First priorities have the upper bit; below it lie those of tasks that fell.
constexpr uint64_t kFirst = uint64_t{1} << 63;

}  // namespace

Pct::Pct(uint64_t seed, uint32_t depth, uint32_t length)
    : depth_(depth), length_(length), seed_(seed), by_weight_(DeriveSeed(seed, 1)), random_(seed) {
  Check(depth >= 1 && length >= 1, "PCT needs a depth and a length of at least 1");
}

bool Pct::BeginExecution() {
  random_.Seed(seed_);
  priorities_.Clear();
  change_points_.clear();
  for (uint32_t i = 1; i < depth_; ++i) change_points_.push_back(random_.Below(length_));
  lowest_ = kFirst - 1;
  decisions_ = 0;
  in_a_row_ = 0;
  last_ = Label();
  return by_weight_.BeginExecution();
}

uint32_t Pct::Choose(const ChoicePoint& point) {
  if (point.kind != ChoiceKind::kSchedule) return by_weight_.Choose(point);
  if (const auto time = TimeOvertakes(point, random_)) return *time;
  const auto draw = [this] { return kFirst | random_.Next(); };
  uint32_t chosen = priorities_.Highest(point, draw);
  const auto changes = std::count(change_points_.begin(), change_points_.end(), decisions_++);
  for (auto i = changes + (in_a_row_ >= kPatience ? 1 : 0); i > 0; --i) {
    priorities_.Set(point.alternatives[chosen].name, lowest_--);
    chosen = priorities_.Highest(point, draw);
  }
  const Label name = point.alternatives[chosen].name;
  in_a_row_ = name == last_ ? in_a_row_ + 1 : 0;
  last_ = name;
  return chosen;
}

}  // namespace fencepost::sim
