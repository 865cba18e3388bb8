// Exhaustive: the plain search. It takes every alternative of every choice point that the bounds
// allow, depth first.
#pragma once

#include <cstdint>

#include "sim/engine/reduction/depth_first_search.h"

namespace fencepost::sim {

class Exhaustive : public DepthFirstSearch {
 public:
  explicit Exhaustive(ExhaustiveBounds bounds = {}) : DepthFirstSearch(bounds) {}

  bool BeginExecution() override;
  uint32_t Choose(const ChoicePoint& point) override;

 protected:
  uint64_t preemptions() const { return preemptions_; }

 private:
  bool Advance() override;
  uint32_t First(const ChoicePoint& point) override;
  uint32_t Next(const ChoicePoint& point, uint32_t from) const override;

  uint64_t preemptions_ = 0;  // in the decisions of this execution
};

}  // namespace fencepost::sim
