// UniformWalk (URW) and SelectivelyUniformWalk (SURW): Zhao, Wolff, Mathur and Roychoudhury,
// "Selectively Uniform Concurrency Testing" (ASPLOS 2025).
//
// A random walk favours interleavings in which short tasks end early. URW chooses each task with a
// probability proportional to the number of steps that it has left, which samples all interleavings
// of a program without waiting with the same probability. SURW does so for the steps at one object,
// another one in each execution, and orders the other steps by random priorities: it draws which
// task is next at the object, and holds back every other task that is about to touch it until that
// one has.
//
// The numbers come from a profile of the program. The steps of a task that was not seen yet count
// as steps of the task that starts it. What is no order of tasks is drawn by weight, as the random
// walk does.
#pragma once

#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "sim/engine/strategies/program_profile.h"
#include "sim/engine/strategies/random_walk.h"
#include "sim/engine/strategies/steps_left.h"
#include "sim/engine/strategies/task_order.h"

namespace fencepost::sim {

class UniformWalk : public Strategy {
 public:
  UniformWalk(uint64_t seed, std::shared_ptr<const ProgramProfile> profile);

  bool BeginExecution() override;
  uint32_t Choose(const ChoicePoint& point) override;
  uint64_t RandomBits(Label point) override { return by_weight_.RandomBits(point); }

 private:
  const uint64_t seed_;
  const std::shared_ptr<const ProgramProfile> profile_;
  RandomWalk by_weight_;
  Random random_;
  StepsLeft left_;
  std::vector<uint32_t> numbers_;  // scratch: of the alternatives; time has none
};

class SelectivelyUniformWalk : public Strategy {
 public:
  // `rank` says which object: seeds in a row should have ranks in a row.
  SelectivelyUniformWalk(uint64_t seed, uint64_t rank,
                         std::shared_ptr<const ProgramProfile> profile);
  SelectivelyUniformWalk(uint64_t seed, std::shared_ptr<const ProgramProfile> profile)
      : SelectivelyUniformWalk(seed, seed, std::move(profile)) {}

  bool BeginExecution() override;
  uint32_t Choose(const ChoicePoint& point) override;
  uint64_t RandomBits(Label point) override { return by_weight_.RandomBits(point); }

 private:
  void MeetTasks(const ChoicePoint& point);
  void DrawIntended(const ChoicePoint& point);

  const uint64_t seed_;
  const uint64_t rank_;
  const std::shared_ptr<const ProgramProfile> profile_;
  RandomWalk by_weight_;
  Random random_;
  TaskOrder order_;
  StepsLeft left_;  // at the object
  ObjectId object_;
  uint32_t intended_ = TaskTable::kUnknown;  // the task that is next at the object
  std::vector<uint32_t> numbers_;            // scratch: of the alternatives; time has none
};

}  // namespace fencepost::sim
