// RestlessWalk: a random walk that likes to change the task. Where the current task could go on,
// going on has a quarter of the weight that it has in a RandomWalk, so that tasks come to the same
// place together more often.
#pragma once

#include <cstdint>

#include "sim/engine/strategies/random_walk.h"

namespace fencepost::sim {

class RestlessWalk : public Strategy {
 public:
  static constexpr uint32_t kTimesAsRestless = 4;

  explicit RestlessWalk(uint64_t seed)
      : seed_(seed), by_weight_(DeriveSeed(seed, 1)), random_(seed) {}

  bool BeginExecution() override;
  uint32_t Choose(const ChoicePoint& point) override;
  uint64_t RandomBits(Label point) override { return by_weight_.RandomBits(point); }

 private:
  const uint64_t seed_;
  RandomWalk by_weight_;
  Random random_;
};

}  // namespace fencepost::sim
