// ProgramProfile: what one execution showed of a program: its tasks, how often each was chosen, and
// which objects several of them touch. Strategies that need to know a program's size beforehand
// take their estimates from here.
//
// A profile is made by a random walk with a fixed seed, so it is a function of the program, and an
// execution that depends on it is still repeated by its own seed.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <vector>

#include "sim/engine/strategies/random_walk.h"
#include "sim/engine/strategies/reads_from_pairs.h"
#include "sim/engine/strategies/task_table.h"

namespace fencepost::sim {

class ProgramProfile {
 public:
  struct Task {
    Label name;
    // The task whose step came before this one was first seen, as a rule the one that started it.
    // kUnknown: there was none.
    uint32_t parent = TaskTable::kUnknown;
    uint32_t steps = 0;  // of it and of all tasks that it started
  };
  // An object that two tasks touched, one of which changed it.
  struct Contested {
    ObjectId object;
    std::vector<uint32_t> steps;  // by task: as Task::steps, of those that touch the object
  };

  // Of no execution: nothing is known.
  ProgramProfile() = default;

  // How many scheduling decisions there were; 0: nothing is known.
  uint32_t decisions() const { return decisions_; }
  // The numbers of tasks are indices of tasks().
  const TaskTable& numbers() const { return numbers_; }
  std::span<const Task> tasks() const { return tasks_; }
  std::span<const Contested> contested() const { return contested_; }
  // Which access to a contested object could come after which change of it.
  const ReadsFromPairs& pairs() const { return pairs_; }

 private:
  friend class Profiler;

  uint32_t decisions_ = 0;
  TaskTable numbers_;
  std::vector<Task> tasks_;
  std::vector<Contested> contested_;
  ReadsFromPairs pairs_;
};

// Runs the execution of which a profile is made. It observes all steps, those included at which no
// other task was able to run.
class Profiler : public Strategy, private StepObserver {
 public:
  explicit Profiler(uint64_t seed = 0) : walk_(seed) {}

  // Of the last execution.
  ProgramProfile Profile() const;

  bool BeginExecution() override;
  uint32_t Choose(const ChoicePoint& point) override;
  uint64_t RandomBits(Label point) override { return walk_.RandomBits(point); }
  StepObserver* step_observer() override { return this; }

 private:
  bool OnStep(Label task, Label what) override;
  void OnPending(PendingAccess pending) override;
  uint32_t Meet(Label task);
  void OnTouch(ObjectId, Access) override {}
  void OnGlobal() override {}
  void OnForced() override {}
  void OnEnabled(Label) override {}
  void OnDisabledOthers() override {}
  void OnDisabledTime() override {}

  RandomWalk walk_;
  ProgramProfile seen_;
  uint32_t last_ = TaskTable::kUnknown;                     // whose step it is
  Label what_;                                              // of the step
  std::map<ObjectId, std::vector<ObjectAccess>> accesses_;  // in order
};

}  // namespace fencepost::sim
