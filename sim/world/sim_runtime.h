// The core's Runtime in the simulator: activities are tasks of one simulated process, and every
// call is a decision point. What the core runs here is what it runs in production.
//
// A call has two scheduling points of its own, before its effect and before its reply, and one
// choice of what goes wrong with it.
#pragma once

#include <array>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/seams/runtime.h"
#include "sim/engine/engine.h"
#include "sim/world/activity_of_task.h"
#include "sim/world/clock.h"
#include "sim/world/fault_injector.h"

namespace fencepost::sim {

// What the world does when a fault is to hit a whole process.
class ProcessFaults {
 public:
  virtual ~ProcessFaults() = default;
  // A fault is about to hit one of the process's calls: for whoever keeps a record.
  virtual void OnFault(ProcessId process, const CallSite& site, CallFault fault) = 0;
  virtual void Crash(ProcessId process) = 0;
  virtual void Pause(ProcessId process, VirtualDuration length) = 0;
  virtual void JumpStoreClock(absl::Duration by) = 0;
  virtual bool PodLives(WorkerId worker) = 0;
  virtual void KillPod(WorkerId worker) = 0;
  // The store failed by itself, which no simulated fault explains: the run says nothing. Does not
  // return.
  [[noreturn]] virtual void StoreFailed(const absl::Status& why) = 0;
};

class SimRuntime : public Runtime {
 public:
  // This process's clock runs `skew` ahead of true time.
  SimRuntime(Engine& engine, FaultInjector& injector, ProcessFaults& faults, ProcessId process,
             absl::Duration skew)
      : engine_(engine), injector_(injector), faults_(faults), process_(process), skew_(skew) {}

  absl::Time Now() override { return ToTime(engine_.Now()) + skew_; }
  absl::Status SleepUntil(absl::Time deadline) override;
  ActivityId Spawn(std::string_view name, std::function<void()> body) override;
  absl::Status Join(ActivityId activity) override;
  std::string_view CurrentActivity() const override { return ActivityOfTask(engine_); }
  std::unique_ptr<Signal> NewSignal() override;
  std::uint64_t Random() override;

  ProcessId process() const { return process_; }
  // A fault has hit one of this process's calls.
  bool disturbed() const { return disturbed_; }
  // A clock that jumps: what was waited for on the old clock is unaffected.
  void JumpClock(absl::Duration by) { skew_ += by; }
  // For so long every call to the target is refused, unless faults are over before.
  void CutOff(CallTarget target, VirtualDuration length);

 private:
  absl::Status DoCall(const CallSite& site, absl::FunctionRef<absl::Status()> call) override;
  bool CutOff(CallTarget target) const;
  std::optional<CallFault> DrawFault(const CallSite& site);
  bool Dead() const { return engine_.Cancelled() || engine_.Killed(process_); }

  Engine& engine_;
  FaultInjector& injector_;
  ProcessFaults& faults_;
  const ProcessId process_;
  absl::Duration skew_;
  bool disturbed_ = false;
  std::array<VirtualTime, kCallTargetCount> cut_off_until_{};
};

}  // namespace fencepost::sim
