#include "sim/engine/reduction/happens_before.h"

#include <algorithm>
#include <functional>

#include "sim/engine/check.h"
#include "sim/engine/random.h"

namespace fencepost::sim {
namespace {

uint64_t Mix(uint64_t a, uint64_t b) { return DeriveSeed(a, b); }

}  // namespace

void HappensBefore::Truncate(size_t size) {
  Check(size <= steps_.size(), "a prefix is shorter than the whole");
  while (steps_.size() > size) {
    const size_t last = steps_.size() - 1;
    if (last < finished_) {
      for (const Touched& touched : TouchedBy(last)) accesses_[touched.object.value].pop_back();
      finished_ = last;
    }
    const Step& step = steps_.back();
    touched_.resize(step.first_touch);
    enabled_.resize(step.first_enabled);
    last_of_thread_[step.thread] = step.previous;
    steps_.pop_back();
  }
  clocks_.resize(size * stride_);
}

void HappensBefore::Begin(Label task) {
  const uint32_t thread = ThreadOf(task);
  const uint32_t previous = last_of_thread_[thread];
  uint32_t last_global = kNone;
  if (!steps_.empty()) {
    const Step& before = steps_.back();
    last_global = before.global ? static_cast<uint32_t>(steps_.size() - 1) : before.last_global;
  }
  decided_.clear();
  last_of_thread_[thread] = static_cast<uint32_t>(steps_.size());
  steps_.push_back({.task = task,
                    .thread = thread,
                    .place = previous == kNone ? 0 : steps_[previous].place + 1,
                    .previous = previous,
                    .last_global = last_global,
                    .first_touch = static_cast<uint32_t>(touched_.size()),
                    .first_enabled = static_cast<uint32_t>(enabled_.size()),
                    .global = false,
                    .forced = false,
                    .decisions = 0,
                    .name = {},
                    .signature = {}});
  clocks_.resize(steps_.size() * stride_, 0);
}

void HappensBefore::Touch(ObjectId object, Access access) { touched_.push_back({object, access}); }

void HappensBefore::Enables(Label task) {
  if (!steps_.empty()) enabled_.push_back(task);
}

void HappensBefore::Decided(const ChoicePoint& point, uint32_t chosen) {
  const auto before = std::count(decided_.begin(), decided_.end(), point.name);
  decided_.push_back(point.name);
  if (point.kind == ChoiceKind::kFault && chosen == 0) return;
  const uint64_t name = Mix(point.name.hash(), static_cast<uint64_t>(before));
  uint64_t& decisions = steps_.back().decisions;
  decisions = Mix(decisions, Mix(name, point.alternatives[chosen].name.hash()));
}

uint32_t HappensBefore::ThreadOf(Label task) {
  const auto found = std::find(threads_.begin(), threads_.end(), task);
  if (found != threads_.end()) return static_cast<uint32_t>(found - threads_.begin());
  threads_.push_back(task);
  last_of_thread_.push_back(kNone);
  if (threads_.size() > stride_) Widen();
  return static_cast<uint32_t>(threads_.size() - 1);
}

void HappensBefore::Widen() {
  const size_t wider = stride_ * 2;
  std::vector<uint32_t> clocks(steps_.size() * wider, 0);
  for (size_t step = 0; step < steps_.size(); ++step) {
    std::copy_n(ClockOf(step), stride_, clocks.data() + step * wider);
  }
  clocks_ = std::move(clocks);
  stride_ = wider;
}

std::span<const Touched> HappensBefore::TouchedBy(size_t step) const {
  const size_t end = step + 1 < steps_.size() ? steps_[step + 1].first_touch : touched_.size();
  return std::span(touched_).subspan(steps_[step].first_touch, end - steps_[step].first_touch);
}

// By object, each once. Different accesses to one object count as a write.
void HappensBefore::SortTouched() {
  const auto begin = touched_.begin() + steps_.back().first_touch;
  std::sort(begin, touched_.end(),
            [](const Touched& a, const Touched& b) { return a.object < b.object; });
  auto kept = begin;
  for (auto next = begin; next != touched_.end(); ++next) {
    if (kept != begin && (kept - 1)->object == next->object) {
      if ((kept - 1)->access != next->access) (kept - 1)->access = Access::kWrite;
    } else {
      *kept++ = *next;
    }
  }
  touched_.erase(kept, touched_.end());
}

void HappensBefore::FindConflicts(uint32_t last) {
  candidates_.clear();
  const Step& step = steps_[last];
  if (step.global) {
    // What came before the youngest step of each task came before that step.
    for (const uint32_t other : last_of_thread_) {
      if (other != kNone && other != last) candidates_.push_back(other);
    }
  } else {
    if (step.last_global != kNone) candidates_.push_back(step.last_global);
    for (const Touched& touched : TouchedBy(last)) {
      const std::vector<AccessOf>& accesses = accesses_[touched.object.value];
      for (auto other = accesses.rbegin(); other != accesses.rend(); ++other) {
        if (step.last_global != kNone && other->step < step.last_global) break;
        if (!Conflict(other->access, touched.access)) continue;
        candidates_.push_back(other->step);
        // What came before the write and conflicts with this step happens before the write.
        if (other->access == Access::kWrite) break;
      }
    }
  }
  std::sort(candidates_.begin(), candidates_.end(), std::greater<>());
  candidates_.erase(std::unique(candidates_.begin(), candidates_.end()), candidates_.end());
}

void HappensBefore::Join(uint32_t other, Name& cause) {
  const auto last = static_cast<uint32_t>(steps_.size() - 1);
  uint32_t* const clock = ClockOf(last);
  const uint32_t* const before = ClockOf(other);
  for (size_t thread = 0; thread < threads_.size(); ++thread) {
    clock[thread] = std::max(clock[thread], before[thread]);
  }
  const Name& name = steps_[other].name;
  cause.high += Mix(name.high, 1);
  cause.low += Mix(name.low, 2);
}

void HappensBefore::Finish() {
  Check(finished_ + 1 == steps_.size(), "one step at a time is under way");
  SortTouched();
  const auto last = static_cast<uint32_t>(steps_.size() - 1);
  FindConflicts(last);
  races_.clear();
  Step& step = steps_[last];
  Name cause;
  if (step.previous != kNone) Join(step.previous, cause);
  // Steps that made it able to run could not have come after it: an order, but no race.
  const uint32_t since = step.previous == kNone ? 0 : step.previous + 1;
  for (uint32_t other = last; other-- > since;) {
    const auto begin = enabled_.begin() + steps_[other].first_enabled;
    const auto end = enabled_.begin() + steps_[other + 1].first_enabled;
    if (std::find(begin, end, step.task) != end) Join(other, cause);
  }
  for (const uint32_t other : candidates_) {
    if (ClockOf(last)[steps_[other].thread] > steps_[other].place) continue;
    Join(other, cause);
    if (!step.forced) races_.push_back(other);
  }
  ClockOf(last)[step.thread] = step.place + 1;

  const uint64_t own = Mix(Mix(step.task.hash(), step.place), step.decisions);
  step.name = {Mix(own, cause.high), Mix(~own, cause.low)};
  step.signature = last == 0 ? Name() : steps_[last - 1].signature;
  step.signature.high += step.name.high;
  step.signature.low += step.name.low;

  for (const Touched& touched : TouchedBy(last)) {
    accesses_[touched.object.value].push_back({last, touched.access});
  }
  finished_ = steps_.size();
}

bool HappensBefore::Precedes(size_t a, size_t b) const {
  return ClockOf(b)[steps_[a].thread] > steps_[a].place;
}

Footprint HappensBefore::FootprintOf(size_t step) const {
  const std::span<const Touched> touched = TouchedBy(step);
  return {steps_[step].task, steps_[step].global, {touched.begin(), touched.end()}};
}

bool HappensBefore::Independent(const Footprint& footprint, size_t step) const {
  if (footprint.task == steps_[step].task || footprint.global || steps_[step].global) return false;
  const std::span<const Touched> others = TouchedBy(step);
  auto other = others.begin();
  for (const Touched& touched : footprint.touched) {
    while (other != others.end() && other->object < touched.object) ++other;
    if (other == others.end()) return true;
    if (other->object == touched.object && Conflict(other->access, touched.access)) return false;
  }
  return true;
}

HappensBefore::Name HappensBefore::Signature() const {
  return finished_ == 0 ? Name() : steps_[finished_ - 1].signature;
}

}  // namespace fencepost::sim
