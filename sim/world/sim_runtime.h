// The core's Runtime in the simulator: activities are tasks of one simulated process, and every
// call is a decision point. The core runs here the same code as in production.
//
// A call has two scheduling points, one before its effect and one before its reply, and one choice
// of the fault that hits it. A call that nobody answers takes its timeout. As many activities run
// at once as in production: a further one waits, in order, until another one has returned.
#pragma once

#include <deque>
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
#include "sim/world/lasting_faults.h"

namespace fencepost::sim {

// Carries out the faults that concern more than the call that they hit.
class ProcessFaults {
 public:
  virtual ~ProcessFaults() = default;
  // Called before a fault hits one of the process's calls, so that it can be recorded.
  virtual void OnFault(ProcessId process, const CallSite& site, CallFault fault) = 0;
  virtual void Crash(ProcessId process) = 0;
  virtual void Pause(ProcessId process, VirtualDuration length) = 0;
  virtual void JumpStoreClock(absl::Duration by) = 0;
  virtual bool PodLives(WorkerId worker) = 0;
  virtual void KillPod(WorkerId worker) = 0;
  // The pod dies, and a caller of its worker waits for an answer until its timeout.
  virtual void SilencePod(WorkerId worker) = 0;
  virtual bool IsSilent(WorkerId worker) = 0;
  // The store failed by itself, which no simulated fault explains: the run proves nothing. Does not
  // return.
  [[noreturn]] virtual void StoreFailed(const absl::Status& why) = 0;
};

class SimRuntime : public Runtime {
 public:
  // The process's own clock runs `skew` ahead of true time.
  SimRuntime(Engine& engine, FaultInjector& injector, ProcessFaults& faults, ProcessId process,
             absl::Duration skew, int activity_bound)
      : engine_(engine),
        injector_(injector),
        faults_(faults),
        process_(process),
        activity_bound_(activity_bound),
        skew_(skew) {}

  absl::Time Now() override { return ToTime(engine_.Now()) + skew_; }
  absl::Status SleepUntil(absl::Time deadline) override;
  ActivityId Spawn(std::string_view name, std::function<void()> body) override;
  absl::Status Join(ActivityId activity) override;
  std::string_view CurrentActivity() const override { return ActivityOfTask(engine_); }
  int ActivityBound() const override { return activity_bound_; }
  std::unique_ptr<Signal> NewSignal() override;
  std::uint64_t Random() override;

  ProcessId process() const { return process_; }
  // The most activities that have run or waited for their turn at once.
  int most_activities() const { return most_activities_; }
  // A fault has hit one of this process's calls.
  bool disturbed() const { return disturbed_; }
  // The process's own clock jumps. Waits that have begun on the old clock are unaffected.
  void JumpClock(absl::Duration by) { skew_ += by; }
  // Refuses every call to the target for `length`, or until faults are over.
  void CutOff(CallTarget target, VirtualDuration length);

 private:
  // An activity's turn to run.
  struct Turn {
    bool come = false;
    WaitQueue queue{Label::Of("thread")};
  };
  // False when the process was killed meanwhile.
  bool AwaitTurn(Turn& turn);
  void EndTurn();

  using Blocking = absl::FunctionRef<absl::Status()>;
  using Own = absl::FunctionRef<OwnedCall()>;
  absl::Status DoCall(const CallSite& site, Blocking call) override;
  absl::Status DoOwningCall(const CallSite& site, Blocking call, Own own) override;
  // `own` is null if the call cannot outlive its caller.
  absl::Status Carry(const CallSite& site, Blocking call, const Own* own);
  // What the lasting faults of this process make of the call. A status: the call is over. A fault:
  // it hits the call. Neither: nothing lasting concerns the call.
  std::optional<absl::Status> Outlast(const CallSite& site, std::optional<CallFault>& fault);
  std::optional<CallFault> DrawFault(const CallSite& site, bool lands_late);
  // The part of the fault that comes before the effect. A status: the call is over.
  std::optional<absl::Status> BeforeEffect(const CallSite& site, CallFault fault, const Own* own);
  // Nobody answers: the caller learns nothing until its timeout.
  absl::Status AwaitTimeout();
  void LandLater(const CallSite& site, OwnedCall call);
  bool Dead() const { return engine_.Cancelled() || engine_.Killed(process_); }

  Engine& engine_;
  FaultInjector& injector_;
  ProcessFaults& faults_;
  const ProcessId process_;
  const int activity_bound_;
  int activities_ = 0;  // spawned and not yet returned
  int most_activities_ = 0;
  // Activities beyond the bound, in the order in which they were spawned.
  std::deque<std::shared_ptr<Turn>> waiting_;
  absl::Duration skew_;
  bool disturbed_ = false;
  LastingFaults lasting_;
};

}  // namespace fencepost::sim
