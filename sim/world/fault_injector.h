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
  // Nothing goes wrong any more, and what was going wrong ends.
  void Stop() {
    budget_ = 0;
    stopped_ = true;
  }
  bool stopped() const { return stopped_; }
  bool offers(CallFault fault) const { return budget_ > 0 && mix_.weight(fault) > 0; }

  // One choice of the strategy. nullopt: nothing goes wrong. `pod_may_die`: the call is about a
  // worker that has a living pod.
  std::optional<CallFault> Decide(bool pod_may_die);
  // How late a slow call is, how long a paused process sleeps and a partition lasts, how far a
  // clock jumps. Choices as well.
  VirtualDuration DrawDelay();
  VirtualDuration DrawPause();
  VirtualDuration DrawPartition();
  VirtualDuration DrawJump();

  const FaultMix& mix() const { return mix_; }
  std::int64_t budget() const { return budget_; }

 private:
  Engine& engine_;
  FaultMix mix_;
  std::int64_t budget_ = 0;
  bool stopped_ = false;
};

}  // namespace fencepost::sim
