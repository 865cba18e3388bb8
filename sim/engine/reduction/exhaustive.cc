#include "sim/engine/reduction/exhaustive.h"

namespace fencepost::sim {

bool Exhaustive::BeginExecution() {
  preemptions_ = 0;
  return DepthFirstSearch::BeginExecution();
}

uint32_t Exhaustive::Choose(const ChoicePoint& point) {
  const uint32_t chosen = DepthFirstSearch::Choose(point);
  if (chosen != kStop) preemptions_ += point.alternatives[chosen].preemption;
  return chosen;
}

bool Exhaustive::Advance() {
  while (!path_.empty() && path_.back().next == kNone) path_.pop_back();
  if (path_.empty()) return false;
  path_.back().chosen = path_.back().next;
  path_.back().changed = true;
  return true;
}

uint32_t Exhaustive::First(const ChoicePoint& point) {
  if (preemptions_ >= bounds_.max_preemptions) {
    for (const Alternative& alternative : point.alternatives) {
      report_.preemption_cuts += alternative.weight > 0 && alternative.preemption;
    }
  }
  uint32_t first = Next(point, 0);
  if (first != kNone) return first;
  // Every alternative exceeds a bound, but the execution cannot go on without one.
  first = 0;
  while (point.alternatives[first].weight == 0) ++first;
  return first;
}

uint32_t Exhaustive::Next(const ChoicePoint& point, uint32_t from) const {
  for (uint32_t i = from; i < point.alternatives.size(); ++i) {
    const Alternative& alternative = point.alternatives[i];
    if (alternative.preemption && preemptions_ >= bounds_.max_preemptions) continue;
    if (WithinFaults(alternative)) return i;
  }
  return kNone;
}

}  // namespace fencepost::sim
