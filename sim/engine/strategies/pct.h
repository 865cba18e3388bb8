// Pct: probabilistic concurrency testing (Burckhardt, Kothari, Musuvathi, Nagarakatte, "A
// Randomized Scheduler with Probabilistic Guarantees of Finding Bugs", ASPLOS 2010).
//
// Each task gets a random priority when it is first seen, and the highest runs. At d-1 scheduling
// decisions, drawn from the first `length`, the task that would run falls below all others. A bug
// of depth d (d ordering constraints suffice for it) in a program of n tasks with at most `length`
// scheduling decisions is found by one execution with probability at least
// 1 / (n * length^(d-1)); the bound speaks of tasks that do not wait for time.
//
// What is no order of tasks (faults, workload, random numbers, and whether time overtakes them) is
// drawn by weight, as the random walk does. A task that is chosen kPatience times in a row falls as
// at a change point, because one that polls would otherwise run for ever.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/engine/strategies/random_walk.h"
#include "sim/engine/strategies/task_priorities.h"

namespace fencepost::sim {

class Pct : public Strategy {
 public:
  static constexpr uint32_t kPatience = 1000;

  // REQUIRES: depth and length are at least 1.
  Pct(uint64_t seed, uint32_t depth, uint32_t length);

  bool BeginExecution() override;
  uint32_t Choose(const ChoicePoint& point) override;
  uint64_t RandomBits(Label point) override { return by_weight_.RandomBits(point); }

 private:
  const uint32_t depth_;
  const uint32_t length_;
  const uint64_t seed_;
  RandomWalk by_weight_;
  Random random_;
  TaskPriorities priorities_;
  std::vector<uint32_t> change_points_;  // scheduling decisions, counted from 0
  uint64_t lowest_ = 0;                  // the next task to fall falls to it
  uint32_t decisions_ = 0;
  uint32_t in_a_row_ = 0;
  Label last_;
};

}  // namespace fencepost::sim
