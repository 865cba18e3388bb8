// PartialOrderSampling: Yuan, Yang and Gu, "Partial Order Aware Concurrency Sampling" (CAV 2018).
// Each pending step of a task has a random priority of its own, and the highest goes first. A step
// that lost a race, because the step that went first meets it at an object that one of them
// changes, gets a new priority. So the order of each two steps that race is drawn independently of
// the others, and does not depend on how many steps other tasks take in between.
//
// The paper's basic algorithm knows no races, and every step keeps its priority until it is taken.
// It delays a step for longer, and finds some bugs that the full algorithm rarely finds. Steps that
// do not say where they meet others lose no race. What is no order of tasks is drawn by weight, as
// the random walk does.
#pragma once

#include <cstdint>

#include "sim/engine/strategies/random_walk.h"
#include "sim/engine/strategies/task_priorities.h"

namespace fencepost::sim {

class PartialOrderSampling : public Strategy {
 public:
  enum class Algorithm : uint8_t { kFull, kBasic };

  explicit PartialOrderSampling(uint64_t seed, Algorithm algorithm = Algorithm::kFull)
      : seed_(seed), algorithm_(algorithm), by_weight_(DeriveSeed(seed, 1)), random_(seed) {}

  bool BeginExecution() override;
  uint32_t Choose(const ChoicePoint& point) override;
  uint64_t RandomBits(Label point) override { return by_weight_.RandomBits(point); }

 private:
  const uint64_t seed_;
  const Algorithm algorithm_;
  RandomWalk by_weight_;
  Random random_;
  TaskPriorities priorities_;
};

// The step of the chosen alternative goes first: it and the steps that lose a race to it get new
// priorities.
void ForgetRaced(const ChoicePoint& point, uint32_t chosen, TaskPriorities& priorities);

}  // namespace fencepost::sim
