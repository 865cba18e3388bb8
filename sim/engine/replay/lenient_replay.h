// LenientReplay: follows a plan of choices as far as the run allows, and never stops. The plan may
// have holes: choices that were taken out of a recording to see whether they mattered.
//
// A choice of the plan is taken at the next point of its kind and name; up to kLookAhead choices
// which the run no longer comes to are skipped. What the plan does not say, what does not exist and
// everything behind the plan's end is answered by the default: the first enabled alternative (the
// current task goes on, nothing fails), random bits 0.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "sim/engine/strategy.h"

namespace fencepost::sim {

class LenientReplay : public Strategy {
 public:
  static constexpr size_t kLookAhead = 16;

  explicit LenientReplay(std::vector<Choice> plan) : plan_(std::move(plan)) {}

  bool BeginExecution() override {
    next_ = 0;
    return true;
  }
  uint32_t Choose(const ChoicePoint& point) override;
  uint64_t RandomBits(Label point) override;

 private:
  // The choice of the plan for this point, which then counts as used; nullptr if there is none.
  const Choice* Take(bool bits, ChoiceKind kind, Label point);

  const std::vector<Choice> plan_;
  size_t next_ = 0;
};

}  // namespace fencepost::sim
