#include "sim/engine/strategies/uniform_walk.h"

#include <algorithm>
#include <utility>

#include "sim/engine/strategies/draw_by_weight.h"

namespace fencepost::sim {
UniformWalk::UniformWalk(uint64_t seed, std::shared_ptr<const ProgramProfile> profile)
    : seed_(seed), profile_(std::move(profile)), by_weight_(DeriveSeed(seed, 1)), random_(seed) {}

bool UniformWalk::BeginExecution() {
  random_.Seed(seed_);
  std::vector<uint32_t> steps;
  for (const ProgramProfile::Task& task : profile_->tasks()) steps.push_back(task.steps);
  left_.Begin(*profile_, std::move(steps));
  return by_weight_.BeginExecution();
}

uint32_t UniformWalk::Choose(const ChoicePoint& point) {
  if (point.kind != ChoiceKind::kSchedule) return by_weight_.Choose(point);
  if (const auto time = TimeOvertakes(point, random_)) return *time;
  numbers_.clear();
  for (const Alternative& alternative : point.alternatives) {
    numbers_.push_back(IsTime(alternative) ? TaskTable::kUnknown
                                           : left_.NumberOf(alternative.name));
  }
  const uint32_t chosen = DrawByWeight(point, random_, [&](const Alternative& alternative) {
    const uint32_t number = numbers_[static_cast<size_t>(&alternative - point.alternatives.data())];
    return number == TaskTable::kUnknown ? uint64_t{0} : left_.Weight(number);
  });
  left_.Take(numbers_[chosen]);
  return chosen;
}

SelectivelyUniformWalk::SelectivelyUniformWalk(uint64_t seed, uint64_t rank,
                                               std::shared_ptr<const ProgramProfile> profile)
    : seed_(seed),
      rank_(rank),
      profile_(std::move(profile)),
      by_weight_(DeriveSeed(seed, 1)),
      random_(seed) {}

bool SelectivelyUniformWalk::BeginExecution() {
  random_.Seed(seed_);
  order_.Begin(random_, *profile_);
  intended_ = TaskTable::kUnknown;
  object_ = {PendingAccess::kNoObject};
  std::vector<uint32_t> at_the_object;
  if (const auto contested = profile_->contested(); !contested.empty()) {
    const auto& drawn = contested[Shuffled(rank_, contested.size())];
    object_ = drawn.object;
    at_the_object = drawn.steps;
  }
  left_.Begin(*profile_, std::move(at_the_object));
  return by_weight_.BeginExecution();
}

// If the intended task starts another one, the steps that it was drawn for may be the other's.
void SelectivelyUniformWalk::MeetTasks(const ChoicePoint& point) {
  numbers_.clear();
  for (const Alternative& alternative : point.alternatives) {
    if (IsTime(alternative)) {
      numbers_.push_back(TaskTable::kUnknown);
      continue;
    }
    const uint32_t number = left_.NumberOf(alternative.name);
    numbers_.push_back(number);
    const StepsLeft::Birth birth = left_.last_birth();
    if (birth.taken > 0 && birth.parent == intended_ &&
        random_.Below(std::max(birth.before, birth.taken)) < birth.taken) {
      intended_ = number;
    }
  }
}

void SelectivelyUniformWalk::DrawIntended(const ChoicePoint& point) {
  uint32_t total = 0;
  for (size_t i = 0; i < numbers_.size(); ++i) {
    if (numbers_[i] != TaskTable::kUnknown) total += left_[numbers_[i]];
  }
  intended_ = TaskTable::kUnknown;
  if (total == 0) return;
  uint32_t drawn = random_.Below(total);
  for (size_t i = 0; i < numbers_.size(); ++i) {
    if (numbers_[i] == TaskTable::kUnknown || point.alternatives[i].weight == 0) continue;
    intended_ = numbers_[i];
    if (drawn < left_[intended_]) return;
    drawn -= left_[intended_];
  }
}

uint32_t SelectivelyUniformWalk::Choose(const ChoicePoint& point) {
  if (point.kind != ChoiceKind::kSchedule) return by_weight_.Choose(point);
  MeetTasks(point);
  if (const auto time = TimeOvertakes(point, random_)) return *time;
  // A task that waits cannot be the next one at the object.
  if (std::ranges::find(numbers_, intended_) == numbers_.end() ||
      intended_ == TaskTable::kUnknown) {
    DrawIntended(point);
  }
  const auto held = [this, &point](const Alternative& alternative) {
    const auto i = static_cast<size_t>(&alternative - point.alternatives.data());
    return intended_ != TaskTable::kUnknown && numbers_[i] != intended_ &&
           alternative.pending.object == object_;
  };
  const uint32_t chosen =
      order_.Next(point, [&held](const Alternative& alternative) { return !held(alternative); });
  if (point.alternatives[chosen].pending.object == object_) {
    left_.Take(numbers_[chosen]);
    intended_ = TaskTable::kUnknown;
  }
  return chosen;
}

}  // namespace fencepost::sim
