#include "sim/engine/reduction/depth_first_search.h"

namespace fencepost::sim {

bool DepthFirstSearch::BeginExecution() {
  if (!report_.nondeterminism.empty() || report_.exhausted || report_.execution_cut) return false;
  if (begun_ && !Advance()) {
    report_.exhausted = true;
    return false;
  }
  if (report_.executions >= bounds_.max_executions) {
    report_.execution_cut = true;
    return false;
  }
  begun_ = true;
  depth_ = 0;
  faults_ = 0;
  redundant_ = false;
  return true;
}

uint32_t DepthFirstSearch::Choose(const ChoicePoint& point) {
  if (!report_.nondeterminism.empty()) return kStop;
  const uint32_t chosen = at_new_point() ? Open(point) : Follow(point, path_[depth_]);
  if (chosen == kStop) return kStop;
  ++depth_;
  faults_ += point.alternatives[chosen].fault;
  return chosen;
}

uint64_t DepthFirstSearch::RandomBits(Label) {
  ++report_.random_bits;
  return bounds_.fixed_random_bits;
}

void DepthFirstSearch::EndExecution(End end) {
  if (redundant_) {
    ++report_.redundant;
    return;
  }
  ++report_.executions;
  if (end == End::kStepLimit || end == End::kTimeLimit || end == End::kStopped) ++report_.limited;
  if (depth_ < path_.size() && report_.nondeterminism.empty()) {
    report_.nondeterminism = EndedBefore(depth_, path_[depth_].point);
  }
}

uint32_t DepthFirstSearch::Open(const ChoicePoint& point) {
  CountFaultCuts(point);
  const uint32_t chosen = First(point);
  if (chosen == kNone) {
    redundant_ = true;
    return kStop;
  }
  path_.push_back({point.kind, point.name, point.alternatives[chosen].name,
                   static_cast<uint32_t>(point.alternatives.size()), chosen,
                   Next(point, chosen + 1), false});
  return chosen;
}

// The same decisions must have led to the same point.
uint32_t DepthFirstSearch::Follow(const ChoicePoint& point, Decision& decision) {
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
    decision.next = Next(point, decision.chosen + 1);
  }
  return decision.chosen;
}

void DepthFirstSearch::CountFaultCuts(const ChoicePoint& point) {
  if (faults_ < bounds_.max_faults) return;
  for (const Alternative& alternative : point.alternatives) {
    report_.fault_cuts += alternative.weight > 0 && alternative.fault;
  }
}

}  // namespace fencepost::sim
