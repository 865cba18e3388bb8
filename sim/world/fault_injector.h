// Decides the fate of each call of the control planes, within the run's mix and budget.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/runtime.h"
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
  std::optional<CallFault> Decide(const CallSite& site);
  // How late a slow call is, and how long a paused process sleeps. A choice as well.
  VirtualDuration DrawDelay();
  VirtualDuration DrawPause();

  const FaultMix& mix() const { return mix_; }
  std::int64_t budget() const { return budget_; }
  // What has hit, in order: "reply-lost at drain of worker 1".
  const std::vector<std::string>& hits() const { return hits_; }
  std::uint64_t hit_count() const { return hit_count_; }
  // Hits are counted always, and put into words only when asked to.
  void set_describe(bool describe) { describe_ = describe; }

 private:
  Engine& engine_;
  FaultMix mix_;
  std::int64_t budget_ = 0;
  std::uint64_t hit_count_ = 0;
  bool describe_ = false;
  std::vector<std::string> hits_;
};

}  // namespace fencepost::sim
