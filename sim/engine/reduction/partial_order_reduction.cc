#include "sim/engine/reduction/partial_order_reduction.h"

#include <algorithm>
#include <utility>

#include "sim/engine/check.h"

namespace fencepost::sim {

PartialOrderReduction::PartialOrderReduction(ExhaustiveBounds bounds)
    : DepthFirstSearch(bounds), points_(1) {
  Check(bounds_.max_preemptions == ExhaustiveBounds::kNone,
        "partial-order reduction cannot be combined with a bound on preemptions");
}

// ---- From one execution to the next ------------------------------------------------------------

bool PartialOrderReduction::BeginExecution() {
  followed_ = 0;
  begun_ = 0;
  return DepthFirstSearch::BeginExecution();
}

// The loop of Algorithm 1 over backtrack(E) \ Sleep, for the deepest E in which it is not over, and
// the loop over the decisions within the step that was taken there.
bool PartialOrderReduction::Advance() {
  while (!path_.empty()) {
    Decision& decision = path_.back();
    const uint32_t step = step_of_.back();
    PutToSleep(step);
    if (decision.kind != ChoiceKind::kSchedule) {
      if (decision.next != kNone) {
        wakeup_sequence_.clear();
        decision.chosen = decision.next;
        decision.changed = true;
        return true;
      }
    } else {
      Point& point = points_[step];
      Candidate& taken = point.candidates[decision.chosen];
      taken.explored = true;
      point.sleep.Complete(taken.task);
      const uint32_t next = FirstAwake(point);
      if (next != kNone) {
        wakeup_sequence_ = std::move(point.candidates[next].wakeup_sequence);
        decision.chosen = next;
        decision.changed = true;
        return true;
      }
      point.decision = kNone;
      point.candidates.clear();
    }
    path_.pop_back();
    step_of_.pop_back();
  }
  return false;
}

// "Add p to Sleep" at the end of the loop of Algorithm 1: everything that begins with the step has
// been explored.
void PartialOrderReduction::PutToSleep(size_t step) {
  if (order_.size() <= step) return;  // a later decision of the same step has done it
  points_[step].sleep.Add(order_.FootprintOf(step), order_.decisions(step));
  order_.Truncate(step);
  points_.resize(step + 1);
}

void PartialOrderReduction::EndExecution(End end) {
  // A race may end with the last step of an execution.
  if (under_way_) FinishStep();
  DepthFirstSearch::EndExecution(end);
}

// ---- Steps -------------------------------------------------------------------------------------

bool PartialOrderReduction::OnStep(Label task, Label) {
  if (under_way_) FinishStep();
  if (redundant_) return false;
  if (begun_++ < order_.size()) return true;  // of the prefix that was kept
  if (followed_ < wakeup_sequence_.size()) {
    followed_ = wakeup_sequence_[followed_] == task ? followed_ + 1 : wakeup_sequence_.size();
  }
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

// The race detection of Algorithm 1, for p = the task of the step, and Sleep' for the point behind.
// The algorithm detects races before it takes the step; here its footprint is known afterwards
// only.
void PartialOrderReduction::FinishStep() {
  under_way_ = false;
  const size_t step = order_.size() - 1;
  order_.Finish();
  for (const uint32_t first : order_.races()) ReverseRace(first, step);
  ReverseDisabling(points_[step]);
  const SleepSet& sleep = points_[step].sleep;
  if (sleep.Contains(order_.task(step), order_.decisions(step))) redundant_ = true;
  SleepSet after = sleep.After(order_, step);
  points_.resize(step + 1);
  points_.push_back({.sleep = std::move(after), .candidates = {}});
}

// E' is the point of `first`, the earlier step e of the race; v = notdep(e, E).p consists of the
// steps between the two that do not happen after e, and then `second`. All of v could have come
// before e. Unless an initial of v, i.e. a task that can begin it, is in backtrack(E') already, one
// of them is added.
//
// An initial that sleeps at E' does not count, which is stricter than the algorithm. The paper
// assumes that a step which depends on another one still does after a third step that is
// independent of the first (property 7 of a valid happens-before assignment). Here a step that
// finds a lock taken touches less than the same step that gets the lock, so an execution in which e
// came first need not show what the sleeping step would conflict with, and the step is not taken at
// E' to show it.
void PartialOrderReduction::ReverseRace(size_t first, size_t second) {
  Point& point = points_[first];
  if (point.decision == kNone) return;  // no other task was able to run
  sequence_steps_.clear();
  sequence_.clear();
  Label initial;
  for (size_t step = first + 1; step <= second; ++step) {
    if (step != second && order_.Precedes(first, step)) continue;
    const bool begins =
        std::none_of(sequence_steps_.begin(), sequence_steps_.end(),
                     [&](uint32_t earlier) { return order_.Precedes(earlier, step); });
    sequence_steps_.push_back(static_cast<uint32_t>(step));
    const Label task = order_.task(step);
    sequence_.push_back(task);
    if (!begins) continue;
    const bool asleep = point.sleep.Contains(task);
    for (const Candidate& candidate : point.candidates) {
      const bool taken_here = candidate.explored || !asleep;
      if (candidate.task == task && candidate.in_backtrack_set && taken_here) return;
    }
    if (initial.empty() && !asleep) initial = task;
  }
  AddToBacktrackSet(point, initial, sequence_);
}

// What a disabled task would have done next was not executed, so no race tells of it. With every
// task that can run here the point has a source set, whatever that step is. The passing of time is
// the exception: it depends on every step, so with time in the backtrack set each step that could
// have come first here races with it and is added for that reason.
void PartialOrderReduction::ReverseDisabling(Point& point) {
  if (disabled_others_) {
    for (Candidate& candidate : point.candidates) candidate.in_backtrack_set = true;
  } else if (disabled_time_) {
    const bool asleep = point.sleep.Contains(AdvanceTime());
    AddToBacktrackSet(point, asleep ? Label() : AdvanceTime(), {});
  }
}

// An empty task, or one that was not able to run at the point, stands for all that were (Flanagan
// and Godefroid).
void PartialOrderReduction::AddToBacktrackSet(Point& point, Label task,
                                              std::span<const Label> wakeup_sequence) {
  bool found = false;
  for (Candidate& candidate : point.candidates) {
    if (candidate.task.empty() || candidate.task != task) continue;
    if (!candidate.in_backtrack_set) {
      candidate.wakeup_sequence.assign(wakeup_sequence.begin(), wakeup_sequence.end());
    }
    candidate.in_backtrack_set = true;
    found = true;
  }
  if (found) return;
  for (Candidate& candidate : point.candidates) candidate.in_backtrack_set = true;
}

uint32_t PartialOrderReduction::FirstAwake(const Point& point) {
  for (uint32_t i = 0; i < point.candidates.size(); ++i) {
    const Candidate& candidate = point.candidates[i];
    if (candidate.task.empty() || !candidate.in_backtrack_set || candidate.explored) continue;
    if (!point.sleep.Contains(candidate.task)) return i;
  }
  return kNone;
}

// ---- Decisions ---------------------------------------------------------------------------------

uint32_t PartialOrderReduction::Choose(const ChoicePoint& point) {
  if (point.kind == ChoiceKind::kSchedule && under_way_) FinishStep();
  if (redundant_) return kStop;
  const uint32_t chosen = DepthFirstSearch::Choose(point);
  if (chosen != kStop && point.kind != ChoiceKind::kSchedule && under_way_) {
    order_.Decided(point, chosen);
  }
  return chosen;
}

// Begins backtrack(E) with one task that is able to run and awake: the next one of the wakeup
// sequence if it is such a task. kNone: the execution is sleep-set blocked.
uint32_t PartialOrderReduction::First(const ChoicePoint& point) {
  const bool schedule = point.kind == ChoiceKind::kSchedule;
  const size_t step = schedule ? order_.size() : order_.size() - 1;
  if (!schedule) {
    const uint32_t first = Next(point, 0);
    Check(first != kNone, "one alternative of a point is no fault");
    step_of_.push_back(static_cast<uint32_t>(step));
    return first;
  }
  Point& here = points_[step];
  here.candidates.clear();
  here.candidates.reserve(point.alternatives.size());
  for (const Alternative& alternative : point.alternatives) {
    const Label task = alternative.weight > 0 ? alternative.name : Label();
    here.candidates.push_back({.task = task, .wakeup_sequence = {}});
  }
  Candidate* first = nullptr;
  for (Candidate& candidate : here.candidates) {
    if (candidate.task.empty() || here.sleep.Contains(candidate.task)) continue;
    const bool next_in_sequence =
        followed_ < wakeup_sequence_.size() && candidate.task == wakeup_sequence_[followed_];
    if (first == nullptr || next_in_sequence) first = &candidate;
  }
  if (first == nullptr) return kNone;
  first->in_backtrack_set = true;
  here.decision = static_cast<uint32_t>(path_.size());
  step_of_.push_back(static_cast<uint32_t>(step));
  return static_cast<uint32_t>(first - here.candidates.data());
}

// The next task of a scheduling point is known to Advance, from the backtrack set.
uint32_t PartialOrderReduction::Next(const ChoicePoint& point, uint32_t from) const {
  if (point.kind == ChoiceKind::kSchedule) return kNone;
  for (uint32_t i = from; i < point.alternatives.size(); ++i) {
    if (WithinFaults(point.alternatives[i])) return i;
  }
  return kNone;
}

}  // namespace fencepost::sim
