#include "sim/engine/reduction/partial_order_reduction.h"

#include <algorithm>

#include "sim/engine/check.h"

namespace fencepost::sim {

PartialOrderReduction::PartialOrderReduction(ExhaustiveBounds bounds) : bounds_(bounds) {
  Check(bounds_.max_preemptions == ExhaustiveBounds::kNone,
        "partial-order reduction cannot be combined with a bound on preemptions");
}

// ---- From one execution to the next ------------------------------------------------------------

bool PartialOrderReduction::BeginExecution() {
  if (!report_.nondeterminism.empty() || report_.exhausted) return false;
  const bool first = report_.executions + report_.redundant == 0;
  if (!first && !Advance()) {
    report_.exhausted = true;
    return false;
  }
  if (report_.executions >= bounds_.max_executions) {
    report_.execution_cut = true;
    return false;
  }
  guided_ = 0;
  depth_ = 0;
  begun_ = 0;
  redundant_ = false;
  faults_ = 0;
  return true;
}

// Changes the last decision of the path that has something left. False: none has.
bool PartialOrderReduction::Advance() {
  group_ = 0;
  while (!path_.empty()) {
    Decision& decision = path_.back();
    PutToSleep(decision);
    if (decision.kind != ChoiceKind::kSchedule) {
      if (decision.next != kNone) {
        guide_.clear();
        decision.chosen = decision.next;
        decision.changed = true;
        return true;
      }
    } else {
      decision.candidates[decision.chosen].done = true;
      std::vector<Sleeper>& sleepers = sleepers_[decision.step];
      const auto size = static_cast<uint32_t>(
          std::count_if(sleepers.begin(), sleepers.end(),
                        [&](const Sleeper& sleeper) { return sleeper.group == group_; }));
      for (Sleeper& sleeper : sleepers) {
        if (sleeper.group == group_) sleeper.group_size = size;
      }
      const uint32_t next = FirstAwake(decision);
      if (next != kNone) {
        guide_ = std::move(decision.candidates[next].guide);
        decision.chosen = next;
        decision.changed = true;
        return true;
      }
    }
    if (decision.kind == ChoiceKind::kSchedule) group_ = 0;
    path_.pop_back();
  }
  return false;
}

// Everything behind the step that was taken from here has been explored.
void PartialOrderReduction::PutToSleep(const Decision& decision) {
  const uint32_t step = decision.step;
  if (order_.size() <= step) return;  // it has been, by a later decision of the same step
  std::vector<Sleeper>& sleepers = sleepers_[step];
  const Label task = order_.task(step);
  // Steps of one task and point are one group.
  const auto sibling = std::find_if(sleepers.begin(), sleepers.end(), [&](const Sleeper& sleeper) {
    return sleeper.footprint.task == task && sleeper.group_size == 0;
  });
  group_ = sibling == sleepers.end() ? ++groups_ : sibling->group;
  sleepers.push_back({order_.FootprintOf(step), order_.decisions(step), group_, 0});
  order_.Truncate(step);
  sleepers_.resize(step + 1);
  decision_of_.resize(step);
}

void PartialOrderReduction::EndExecution(End end) {
  if (under_way_) {
    // What was cut at its end has no successor, and a race may end with its last step all the same.
    FinishStep();
  }
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

// ---- Steps -------------------------------------------------------------------------------------

bool PartialOrderReduction::OnStep(Label task) {
  if (under_way_) FinishStep();
  if (redundant_) return false;
  if (begun_++ < order_.size()) return true;  // of the prefix that was kept
  const bool decided = depth_ > 0 && path_[depth_ - 1].kind == ChoiceKind::kSchedule &&
                       path_[depth_ - 1].step == order_.size();
  decision_of_.push_back(decided ? static_cast<uint32_t>(depth_ - 1) : kNone);
  if (sleepers_.size() <= order_.size()) sleepers_.emplace_back();
  if (guided_ < guide_.size()) guided_ = guide_[guided_] == task ? guided_ + 1 : guide_.size();
  order_.Begin(task);
  under_way_ = true;
  disabled_others_ = false;
  disabled_time_ = false;
  return true;
}

void PartialOrderReduction::OnTouch(ObjectId object, Access access) {
  if (under_way_) order_.Touch(object, access);
}

void PartialOrderReduction::OnGlobal() {
  if (under_way_) order_.Global();
}

void PartialOrderReduction::OnForced() {
  if (under_way_) order_.Forced();
}

void PartialOrderReduction::OnEnabled(Label task) {
  if (under_way_) order_.Enables(task);
}

void PartialOrderReduction::FinishStep() {
  under_way_ = false;
  const size_t step = order_.size() - 1;
  order_.Finish();
  for (const uint32_t first : order_.races()) ReverseRace(first, step);
  if (decision_of_[step] != kNone) ReverseDisabling(path_[decision_of_[step]]);
  for (const Sleeper& sleeper : sleepers_[step]) {
    if (sleeper.footprint.task == order_.task(step) &&
        sleeper.decisions == order_.decisions(step)) {
      redundant_ = true;
    }
  }
  PassSleepersOn(step);
}

// The steps between the two that do not come after `first`, and then `second`, could have come
// before `first`. One of the tasks that can begin with them has to be tried there.
void PartialOrderReduction::ReverseRace(size_t first, size_t second) {
  const uint32_t place = decision_of_[first];
  if (place == kNone) return;  // nothing else was able to run
  Decision& decision = path_[place];
  others_.clear();
  sequence_.clear();
  Label chosen;
  for (size_t step = first + 1; step <= second; ++step) {
    if (step != second && order_.Precedes(first, step)) continue;
    const bool initial = std::none_of(others_.begin(), others_.end(),
                                      [&](uint32_t other) { return order_.Precedes(other, step); });
    others_.push_back(static_cast<uint32_t>(step));
    const Label task = order_.task(step);
    sequence_.push_back(task);
    if (!initial) continue;
    for (const Candidate& candidate : decision.candidates) {
      if (candidate.task == task && candidate.wanted) return;
    }
    if (chosen.empty()) chosen = task;
  }
  Want(decision, chosen, sequence_);
}

// What a disabled task would have done next, nobody has seen: no race tells of it. With every task
// that can run here the point has a source set, whatever that is. Time alone is different: the
// passing of time depends on every step, so what follows it races with it and is tried here.
void PartialOrderReduction::ReverseDisabling(Decision& decision) {
  if (disabled_others_) {
    for (Candidate& candidate : decision.candidates) candidate.wanted = true;
  } else if (disabled_time_) {
    Want(decision, AdvanceTime(), {});
  }
}

void PartialOrderReduction::Want(Decision& decision, Label task, std::span<const Label> guide) {
  bool found = false;
  for (Candidate& candidate : decision.candidates) {
    if (candidate.task != task) continue;
    if (!candidate.wanted) candidate.guide.assign(guide.begin(), guide.end());
    candidate.wanted = true;
    found = true;
  }
  if (found) return;
  for (Candidate& candidate : decision.candidates) candidate.wanted = true;
}

// Those that the step does not depend on sleep on.
void PartialOrderReduction::PassSleepersOn(size_t step) {
  if (sleepers_.size() <= step + 1) sleepers_.resize(step + 2);
  std::vector<Sleeper>& after = sleepers_[step + 1];
  after.clear();
  for (const Sleeper& sleeper : sleepers_[step]) {
    if (order_.Independent(sleeper.footprint, step)) after.push_back(sleeper);
  }
}

// Whatever the task's next step decides, it has been explored.
bool PartialOrderReduction::Asleep(const std::vector<Sleeper>& sleepers, Label task) const {
  for (const Sleeper& sleeper : sleepers) {
    if (sleeper.footprint.task != task || sleeper.group_size == 0) continue;
    const auto left = std::count_if(sleepers.begin(), sleepers.end(), [&](const Sleeper& other) {
      return other.group == sleeper.group;
    });
    if (left == sleeper.group_size) return true;
  }
  return false;
}

uint32_t PartialOrderReduction::FirstAwake(const Decision& decision) const {
  for (uint32_t i = 0; i < decision.candidates.size(); ++i) {
    const Candidate& candidate = decision.candidates[i];
    if (candidate.task.empty() || !candidate.wanted || candidate.done) continue;
    if (!Asleep(sleepers_[decision.step], candidate.task)) return i;
  }
  return kNone;
}

// ---- Decisions ---------------------------------------------------------------------------------

uint32_t PartialOrderReduction::Choose(const ChoicePoint& point) {
  if (!report_.nondeterminism.empty()) return kStop;
  if (point.kind == ChoiceKind::kSchedule && under_way_) FinishStep();
  if (redundant_) return kStop;
  const uint32_t chosen = depth_ < path_.size() ? Follow(point, path_[depth_]) : Open(point);
  if (chosen == kStop) return kStop;
  ++depth_;
  faults_ += point.alternatives[chosen].fault;
  if (point.kind != ChoiceKind::kSchedule && under_way_) order_.Decided(point, chosen);
  return chosen;
}

uint64_t PartialOrderReduction::RandomBits(Label) {
  ++report_.random_bits;
  return bounds_.fixed_random_bits;
}

// The first alternative from there on that the bounds allow.
uint32_t PartialOrderReduction::NextWithin(const ChoicePoint& point, uint32_t from) const {
  for (uint32_t i = from; i < point.alternatives.size(); ++i) {
    const Alternative& alternative = point.alternatives[i];
    if (alternative.weight == 0) continue;
    if (!alternative.fault || faults_ < bounds_.max_faults) return i;
  }
  return kNone;
}

void PartialOrderReduction::CountCuts(const ChoicePoint& point) {
  if (faults_ < bounds_.max_faults) return;
  for (const Alternative& alternative : point.alternatives) {
    report_.fault_cuts += alternative.weight > 0 && alternative.fault;
  }
}

uint32_t PartialOrderReduction::Open(const ChoicePoint& point) {
  const bool schedule = point.kind == ChoiceKind::kSchedule;
  const auto count = static_cast<uint32_t>(point.alternatives.size());
  const size_t step = schedule ? order_.size() : order_.size() - 1;
  Decision decision{
      point.kind, point.name, Label(), count, kNone, kNone, static_cast<uint32_t>(step), false, {}};
  if (schedule) {
    if (sleepers_.size() <= step) sleepers_.resize(step + 1);
    decision.candidates.reserve(count);
    for (const Alternative& alternative : point.alternatives) {
      // A disabled alternative has no task.
      decision.candidates.push_back(
          {.task = alternative.weight > 0 ? alternative.name : Label(), .guide = {}});
    }
    if (guided_ < guide_.size()) {
      for (Candidate& candidate : decision.candidates) {
        if (candidate.task != guide_[guided_] || Asleep(sleepers_[step], candidate.task)) continue;
        candidate.wanted = true;
      }
    }
    const bool follows_guide = FirstAwake(decision) != kNone;
    for (Candidate& candidate : decision.candidates) {
      if (follows_guide) break;
      if (candidate.task.empty() || Asleep(sleepers_[step], candidate.task)) continue;
      candidate.wanted = true;
      break;
    }
    decision.chosen = FirstAwake(decision);
    if (decision.chosen == kNone) {
      redundant_ = true;  // whoever goes on, it was explored before
      return kStop;
    }
  } else {
    CountCuts(point);
    decision.chosen = NextWithin(point, 0);
    Check(decision.chosen != kNone, "one alternative of a point is no fault");
    decision.next = NextWithin(point, decision.chosen + 1);
  }
  decision.chosen_name = point.alternatives[decision.chosen].name;
  path_.push_back(std::move(decision));
  return path_.back().chosen;
}

uint32_t PartialOrderReduction::Follow(const ChoicePoint& point, Decision& decision) {
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
    if (point.kind != ChoiceKind::kSchedule) {
      decision.next = NextWithin(point, decision.chosen + 1);
    }
  }
  return decision.chosen;
}

}  // namespace fencepost::sim
