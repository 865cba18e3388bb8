// RandomWalk: picks each alternative with a probability proportional to its weight. The whole
// execution is a function of one seed; each BeginExecution starts from that seed again.
#pragma once

#include <cstdint>

#include "sim/engine/random.h"
#include "sim/engine/strategy.h"

namespace fencepost::sim {

class RandomWalk : public Strategy {
 public:
  explicit RandomWalk(uint64_t seed) : seed_(seed), random_(seed) {}

  // The seed of the executions that begin from now on. Takes a few nanoseconds.
  void Reseed(uint64_t seed) { seed_ = seed; }
  uint64_t seed() const { return seed_; }

  bool BeginExecution() override;
  uint32_t Choose(const ChoicePoint& point) override;
  uint64_t RandomBits(Label point) override;

 private:
  uint64_t seed_;
  Random random_;
};

}  // namespace fencepost::sim
