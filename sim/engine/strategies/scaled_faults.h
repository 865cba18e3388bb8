// ScaledFaults: lets faults come more often or more rarely than their weights say, down to never;
// all else is another strategy's. Swarm testing (Groce, Zhang, Eide, Chen, Regehr, "Swarm Testing",
// ISSTA 2012): a run with every fault hides the bugs that need faults to stay away, and one with
// few hides those that need many; so runs should differ.
#pragma once

#include <cstdint>
#include <memory>

#include "sim/engine/random.h"
#include "sim/engine/strategy.h"

namespace fencepost::sim {

// `times` per `in` of the usual weight: {4, 1} is four times as often, {1, 5} a fifth, {0, 1}
// never.
struct FaultScale {
  uint32_t times = 1;
  uint32_t in = 1;
};

class ScaledFaults : public Strategy {
 public:
  ScaledFaults(uint64_t seed, FaultScale scale, std::unique_ptr<Strategy> rest);

  const Strategy& rest() const { return *rest_; }
  FaultScale scale() const { return scale_; }

  bool BeginExecution() override;
  uint32_t Choose(const ChoicePoint& point) override;
  uint64_t RandomBits(Label point) override { return rest_->RandomBits(point); }
  void EndExecution(End end) override { rest_->EndExecution(end); }

 private:
  const uint64_t seed_;
  const FaultScale scale_;
  const std::unique_ptr<Strategy> rest_;
  Random random_;
};

}  // namespace fencepost::sim
