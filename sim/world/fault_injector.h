// Decides the fate of each call of the control planes, within the run's mix and budget.
#pragma once

#include <cstdint>
#include <optional>

#include "sim/engine/engine.h"
#include "sim/world/fault_mix.h"

namespace fencepost::sim {

class FaultInjector {
 public:
  explicit FaultInjector(Engine& engine) : engine_(engine) {}

  // Starts a run: at most `budget` faults of `mix`.
  void Begin(const FaultMix& mix, std::int64_t budget);
  // Nothing goes wrong any more.
  void Stop() { budget_ = 0; }

  // One choice of the strategy. nullopt: nothing goes wrong.
  std::optional<CallFault> Decide();
  // How late a slow call is, and how long a paused process sleeps. A choice as well.
  VirtualDuration DrawDelay();
  VirtualDuration DrawPause();

  const FaultMix& mix() const { return mix_; }
  std::int64_t budget() const { return budget_; }

 private:
  Engine& engine_;
  FaultMix mix_;
  std::int64_t budget_ = 0;
};

}  // namespace fencepost::sim
