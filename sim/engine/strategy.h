// Strategy: answers the choice points of an execution. A run is a pure function of the scenario
// and of these answers.
//
// The engine calls BeginExecution, then Choose and RandomBits any number of times, then
// EndExecution, all on one thread. Points with a single enabled alternative are not asked.
#pragma once

#include <cstdint>

#include "sim/engine/choice.h"
#include "sim/engine/end.h"
#include "sim/engine/footprint.h"

namespace fencepost::sim {

class Strategy {
 public:
  // An answer of Choose: end the execution here (End::kStopped).
  static constexpr uint32_t kStop = UINT32_MAX;

  virtual ~Strategy() = default;

  // False: the search space is exhausted and no execution takes place.
  virtual bool BeginExecution() = 0;

  // The index of an alternative whose weight is not 0, or kStop. At least two are enabled.
  virtual uint32_t Choose(const ChoicePoint& point) = 0;

  virtual uint64_t RandomBits(Label point) = 0;

  // Not null: told of every step of the executions that this strategy chooses.
  virtual StepObserver* step_observer() { return nullptr; }

  virtual void EndExecution(End end) { static_cast<void>(end); }
};

}  // namespace fencepost::sim
