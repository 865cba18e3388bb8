#include "sim/engine/reduction/exhaustive.h"

namespace fencepost::sim {

bool Exhaustive::BeginExecution() {
  if (!report_.nondeterminism.empty() || report_.exhausted) return false;
  if (begun_) {
    while (!path_.empty() && path_.back().next == kNoNext) path_.pop_back();
    if (path_.empty()) {
      report_.exhausted = true;
      return false;
    }
  }
  if (report_.executions >= bounds_.max_executions) {
    report_.execution_cut = true;
    return false;
  }
  if (begun_) {
    path_.back().chosen = path_.back().next;
    path_.back().changed = true;
  }
  begun_ = true;
  ++report_.executions;
  depth_ = 0;
  preemptions_ = 0;
  faults_ = 0;
  return true;
}

uint32_t Exhaustive::Choose(const ChoicePoint& point) {
  if (!report_.nondeterminism.empty()) return kStop;
  const uint32_t chosen = depth_ < path_.size() ? Follow(point, path_[depth_]) : Open(point);
  if (chosen == kStop) return kStop;
  ++depth_;
  Count(point.alternatives[chosen]);
  return chosen;
}

uint64_t Exhaustive::RandomBits(Label) {
  ++report_.random_bits;
  return bounds_.fixed_random_bits;
}

void Exhaustive::EndExecution(End end) {
  if (end == End::kStepLimit || end == End::kTimeLimit || end == End::kStopped) ++report_.limited;
  if (depth_ < path_.size() && report_.nondeterminism.empty()) {
    report_.nondeterminism = EndedBefore(depth_, path_[depth_].point);
  }
}

bool Exhaustive::Allowed(const Alternative& alternative) const {
  if (alternative.weight == 0) return false;
  if (alternative.preemption && preemptions_ >= bounds_.max_preemptions) return false;
  return !(alternative.fault && faults_ >= bounds_.max_faults);
}

uint32_t Exhaustive::FirstAllowed(const ChoicePoint& point, uint32_t from) const {
  for (uint32_t i = from; i < point.alternatives.size(); ++i) {
    if (Allowed(point.alternatives[i])) return i;
  }
  return kNoNext;
}

uint32_t Exhaustive::Open(const ChoicePoint& point) {
  CountCuts(point);
  uint32_t chosen = FirstAllowed(point, 0);
  uint32_t next = kNoNext;
  if (chosen != kNoNext) {
    next = FirstAllowed(point, chosen + 1);
  } else {
    // Something must happen all the same. Only a point of which every alternative costs gets here.
    chosen = 0;
    while (point.alternatives[chosen].weight == 0) ++chosen;
  }
  path_.push_back({point.kind, point.name, point.alternatives[chosen].name,
                   static_cast<uint32_t>(point.alternatives.size()), chosen, next, false});
  return chosen;
}

uint32_t Exhaustive::Follow(const ChoicePoint& point, Decision& decision) {
  const bool same_point = point.kind == decision.kind && point.name == decision.point &&
                          point.alternatives.size() == decision.count;
  if (!same_point ||
      (!decision.changed && point.alternatives[decision.chosen].name != decision.chosen_name)) {
    report_.nondeterminism = PartedAt(depth_, point, decision.point, decision.count);
    return kStop;
  }
  if (decision.changed) {
    decision.changed = false;
    decision.chosen_name = point.alternatives[decision.chosen].name;
    decision.next = FirstAllowed(point, decision.chosen + 1);
  }
  return decision.chosen;
}

void Exhaustive::Count(const Alternative& alternative) {
  preemptions_ += alternative.preemption;
  faults_ += alternative.fault;
}

void Exhaustive::CountCuts(const ChoicePoint& point) {
  for (const Alternative& alternative : point.alternatives) {
    if (alternative.weight == 0) continue;
    if (alternative.preemption && preemptions_ >= bounds_.max_preemptions) {
      ++report_.preemption_cuts;
    } else if (alternative.fault && faults_ >= bounds_.max_faults) {
      ++report_.fault_cuts;
    }
  }
}

}  // namespace fencepost::sim
