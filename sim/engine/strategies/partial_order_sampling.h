// PartialOrderSampling: the basic algorithm of Yuan, Yang and Gu, "Partial Order Aware Concurrency
// Sampling" (CAV 2018). Each pending step of a task has a random priority of its own, drawn anew
// for each step, and the highest goes first.
//
// Unlike a random walk, whether one step comes before another does not depend on how many steps
// other tasks take in between. The paper's full algorithm also draws anew for a step that lost a
// race; that needs to know which steps depend on each other and is not done here.
//
// What is no order of tasks is drawn by weight, as the random walk does.
#pragma once

#include <cstdint>

#include "sim/engine/strategies/random_walk.h"
#include "sim/engine/strategies/task_priorities.h"

namespace fencepost::sim {

class PartialOrderSampling : public Strategy {
 public:
  explicit PartialOrderSampling(uint64_t seed)
      : seed_(seed), by_weight_(DeriveSeed(seed, 1)), random_(seed) {}

  bool BeginExecution() override;
  uint32_t Choose(const ChoicePoint& point) override;
  uint64_t RandomBits(Label point) override { return by_weight_.RandomBits(point); }

 private:
  const uint64_t seed_;
  RandomWalk by_weight_;
  Random random_;
  TaskPriorities priorities_;
};

}  // namespace fencepost::sim
