#include "sim/engine/exhaustive.h"

namespace fencepost::sim {

bool Exhaustive::BeginExecution() {
  if (!report_.nondeterminism.empty() || report_.exhausted) return false;
  if (report_.executions > 0) {
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
  if (report_.executions > 0) {
    path_.back().chosen = path_.back().next;
    path_.back().changed = true;
  }
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
    report_.nondeterminism = "step " + std::to_string(depth_) + ": the execution ended before \"" +
                             std::string(path_[depth_].point.text()) +
                             "\", which it had reached before with the same choices";
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
    report_.nondeterminism =
        "step " + std::to_string(depth_) + ": found \"" + std::string(point.name.text()) +
        "\" with " + std::to_string(point.alternatives.size()) +
        " alternatives where the same choices had led to \"" + std::string(decision.point.text()) +
        "\" with " + std::to_string(decision.count);
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

std::string ExhaustiveReport::Sentence() const {
  const std::string count = std::to_string(executions) + " executions";
  if (complete()) return "complete: " + count;
  std::string bounds;
  if (preemption_cuts > 0) {
    bounds += "; the bound on preemptions cut " + std::to_string(preemption_cuts) + " alternatives";
  }
  if (fault_cuts > 0) {
    bounds += "; the bound on faults cut " + std::to_string(fault_cuts) + " alternatives";
  }
  if (complete_within_bounds()) return "complete within its bounds: " + count + bounds;
  std::string reasons;
  if (execution_cut) reasons += "; the bound on executions was reached";
  if (limited > 0) reasons += "; " + std::to_string(limited) + " executions hit a limit";
  if (random_bits > 0) {
    reasons += "; random bits had one fixed value " + std::to_string(random_bits) + " times";
  }
  if (!nondeterminism.empty()) reasons += "; not deterministic: " + nondeterminism;
  if (reasons.empty()) reasons = "; stopped from outside";
  return "not complete: " + count + reasons + bounds;
}

}  // namespace fencepost::sim
