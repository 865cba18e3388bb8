// StepsLeft: for each task, how many of some steps are left to it and to the tasks that it has yet
// to start, by a profile of the program.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/engine/strategies/program_profile.h"
#include "sim/engine/strategies/task_table.h"

namespace fencepost::sim {

class StepsLeft {
 public:
  // Begins anew. `steps` is by number of the profile's tasks.
  void Begin(const ProgramProfile& profile, std::vector<uint32_t> steps);

  // The number of the task. At the first sight of one that the profile knows its steps leave the
  // account of its parent.
  uint32_t NumberOf(Label task);
  uint32_t operator[](uint32_t task) const { return left_[task]; }
  // For a draw among tasks: a step that is left weighs kStep times as much as the chance that the
  // estimate is wrong and a task without a step left takes one.
  uint64_t Weight(uint32_t task) const { return 1 + kStep * left_[task]; }
  void Take(uint32_t task) { left_[task] -= left_[task] > 0; }

  // The task that has just been seen for the first time and what it took from whom; taken 0: none.
  struct Birth {
    uint32_t parent = TaskTable::kUnknown;
    uint32_t taken = 0;
    uint32_t before = 0;  // what the parent had before
  };
  const Birth& last_birth() const { return last_birth_; }

 private:
  static constexpr uint64_t kStep = 32;

  const ProgramProfile* profile_ = nullptr;
  TaskTable numbers_;
  std::vector<uint32_t> left_;
  std::vector<bool> seen_;
  Birth last_birth_;
};

}  // namespace fencepost::sim
