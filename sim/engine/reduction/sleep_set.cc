#include "sim/engine/reduction/sleep_set.h"

#include <algorithm>
#include <utility>

namespace fencepost::sim {

void SleepSet::Add(Footprint footprint, uint64_t decisions) {
  const Label task = footprint.task;
  auto sleeper = std::find_if(sleepers_.begin(), sleepers_.end(), [task](const Sleeper& known) {
    return known.task == task && known.variants == 0;
  });
  if (sleeper == sleepers_.end()) {
    sleeper = sleepers_.insert(sleepers_.end(), {.task = task, .asleep = {}});
  }
  sleeper->asleep.push_back({std::move(footprint), decisions});
}

void SleepSet::Complete(Label task) {
  for (Sleeper& sleeper : sleepers_) {
    if (sleeper.task == task && sleeper.variants == 0) sleeper.variants = sleeper.asleep.size();
  }
}

bool SleepSet::Contains(Label task) const {
  return std::any_of(sleepers_.begin(), sleepers_.end(), [task](const Sleeper& sleeper) {
    return sleeper.task == task && sleeper.asleep.size() == sleeper.variants;
  });
}

bool SleepSet::Contains(Label task, uint64_t decisions) const {
  for (const Sleeper& sleeper : sleepers_) {
    if (sleeper.task != task) continue;
    for (const Variant& variant : sleeper.asleep) {
      if (variant.decisions == decisions) return true;
    }
  }
  return false;
}

SleepSet SleepSet::After(const HappensBefore& order, size_t step) const {
  SleepSet after;
  for (const Sleeper& sleeper : sleepers_) {
    if (sleeper.task == order.task(step)) continue;
    Sleeper on{sleeper.task, sleeper.variants, {}};
    for (const Variant& variant : sleeper.asleep) {
      if (order.Independent(variant.footprint, step)) on.asleep.push_back(variant);
    }
    if (!on.asleep.empty()) after.sleepers_.push_back(std::move(on));
  }
  return after;
}

}  // namespace fencepost::sim
