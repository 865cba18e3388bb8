// Decides the fate of each call of the control planes, within the run's mix and budget.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "core/seams/runtime.h"
#include "sim/engine/engine.h"
#include "sim/world/fault_mix.h"

namespace fencepost::sim {

class FaultInjector {
 public:
  explicit FaultInjector(Engine& engine) : engine_(engine) {}

  // Starts a run: at most `budget` faults of `mix`, calls take no time, and none has been made.
  void Begin(const FaultMix& mix, std::int64_t budget);
  // Injects no more faults, and ends partitions that are under way.
  void Stop() {
    budget_ = 0;
    if (!stopped_at_.has_value()) stopped_at_ = engine_.Now();
  }
  bool stopped() const { return stopped_at_.has_value(); }
  // When faults stopped; empty while they may still come.
  std::optional<VirtualTime> stopped_at() const { return stopped_at_; }
  bool offers(CallFault fault) const { return budget_ > 0 && mix_.weight(fault) > 0; }

  // How long every call to the target takes on its way there, faults or not; nothing unless a story
  // says otherwise.
  void set_latency(CallTarget target, VirtualDuration latency) {
    latency_[Index(target)] = latency;
  }
  VirtualDuration latency(CallTarget target) const { return latency_[Index(target)]; }

  // The calls of all processes to the target since the run began.
  void CountCall(CallTarget target) { ++calls_[Index(target)]; }
  std::uint64_t calls(CallTarget target) const { return calls_[Index(target)]; }

  // What can happen to a call beside the faults that can hit every call.
  struct Prone {
    bool pod_dies = false;    // it is about a worker that has a living pod
    bool lands_late = false;  // it can be carried out without its caller
  };
  // Lets the strategy choose the fate of one call; nullopt when no fault hits it.
  std::optional<CallFault> Decide(Prone prone);
  // Let the strategy choose how late a slow call is, how long a paused process sleeps, how long a
  // partition, a hanging target or a failing call site lasts, how far a clock jumps, how many calls
  // in a row are lost, and which half of a lost call.
  VirtualDuration DrawDelay();
  VirtualDuration DrawPause();
  VirtualDuration DrawPartition();
  VirtualDuration DrawHang();
  VirtualDuration DrawSiteFailure();
  VirtualDuration DrawJump();
  int DrawLosses();
  CallFault DrawLoss();

  const FaultMix& mix() const { return mix_; }
  std::int64_t budget() const { return budget_; }

 private:
  static std::size_t Index(CallTarget target) { return static_cast<std::size_t>(target); }

  Engine& engine_;
  FaultMix mix_;
  std::array<VirtualDuration, kCallTargetCount> latency_{};
  std::array<std::uint64_t, kCallTargetCount> calls_{};
  std::int64_t budget_ = 0;
  std::optional<VirtualTime> stopped_at_;
};

}  // namespace fencepost::sim
