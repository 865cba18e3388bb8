#include "sim/engine/strategies/program_profile.h"

#include <algorithm>

namespace fencepost::sim {
namespace {

// Adds to each task's count those of the tasks that it started, which have higher numbers.
void AddStarted(std::span<const ProgramProfile::Task> tasks, std::span<uint32_t> counts) {
  for (size_t i = tasks.size(); i-- > 0;) {
    if (tasks[i].parent != TaskTable::kUnknown) counts[tasks[i].parent] += counts[i];
  }
}

bool IsContested(std::span<const ObjectAccess> accesses) {
  const auto by_another = [&](const ObjectAccess& access) {
    return access.task != accesses.front().task;
  };
  const auto changes = [](const ObjectAccess& access) { return access.access != Access::kRead; };
  return std::ranges::any_of(accesses, by_another) && std::ranges::any_of(accesses, changes);
}

}  // namespace

bool Profiler::BeginExecution() {
  seen_ = ProgramProfile();
  last_ = TaskTable::kUnknown;
  accesses_.clear();
  return walk_.BeginExecution();
}

// A task is first seen where it could be chosen, which tells who started it.
uint32_t Profiler::Choose(const ChoicePoint& point) {
  if (point.kind != ChoiceKind::kSchedule) return walk_.Choose(point);
  ++seen_.decisions_;
  for (const Alternative& alternative : point.alternatives) {
    if (alternative.name != AdvanceTime()) Meet(alternative.name);
  }
  return walk_.Choose(point);
}

uint32_t Profiler::Meet(Label task) {
  const uint32_t number = seen_.numbers_.NumberOf(task);
  if (number == seen_.tasks_.size()) seen_.tasks_.push_back({.name = task, .parent = last_});
  return number;
}

bool Profiler::OnStep(Label task, Label what) {
  if (task == AdvanceTime()) return true;
  last_ = Meet(task);
  what_ = what;
  ++seen_.tasks_[last_].steps;
  return true;
}

void Profiler::OnPending(PendingAccess pending) {
  if (pending.known()) {
    accesses_[pending.object].push_back({seen_.tasks_[last_].name, what_, pending.access});
  }
}

ProgramProfile Profiler::Profile() const {
  ProgramProfile profile = seen_;
  for (const auto& [object, accesses] : accesses_) {
    if (!IsContested(accesses)) continue;
    std::vector<uint32_t> steps(profile.tasks_.size());
    for (const ObjectAccess& access : accesses) ++steps[profile.numbers_.Find(access.task)];
    AddStarted(profile.tasks_, steps);
    profile.contested_.push_back({object, std::move(steps)});
    profile.pairs_.Add(object, accesses);
  }
  std::vector<uint32_t> steps;
  for (const ProgramProfile::Task& task : profile.tasks_) steps.push_back(task.steps);
  AddStarted(profile.tasks_, steps);
  for (size_t i = 0; i < steps.size(); ++i) profile.tasks_[i].steps = steps[i];
  return profile;
}

}  // namespace fencepost::sim
