#include "sim/world/sim_runtime.h"

#include <algorithm>
#include <utility>

#include "core/rules/effect.h"
#include "sim/world/world_objects.h"

namespace fencepost::sim {
namespace {

absl::Status ToStatus(Wake wake) {
  switch (wake) {
    case Wake::kOk:
      return absl::OkStatus();
    case Wake::kTimeout:
      return absl::DeadlineExceededError("the deadline has come");
    case Wake::kCancelled:
      break;
  }
  return Cancelled();
}

class SimSignal : public Signal {
 public:
  // `skew` is that of the process at the time of each wait.
  SimSignal(Engine& engine, ProcessId process, const absl::Duration& skew)
      : engine_(engine), process_(process), skew_(skew), queue_(Label::Of("signal")) {}

  absl::Status WaitUntil(absl::Time deadline) override {
    if (engine_.Killed(process_)) return Cancelled();
    return ToStatus(engine_.WaitUntil(queue_, ToVirtual(deadline - skew_)));
  }
  void NotifyAll() override {
    if (!queue_.empty()) engine_.NotifyAll(queue_);
  }

 private:
  Engine& engine_;
  const ProcessId process_;
  const absl::Duration& skew_;
  WaitQueue queue_;
};

}  // namespace

absl::Status SimRuntime::SleepUntil(absl::Time deadline) {
  if (Dead()) return Cancelled();
  return ToStatus(engine_.SleepUntil(ToVirtual(deadline - skew_)));
}

ActivityId SimRuntime::Spawn(std::string_view name, std::function<void()> body) {
  // In a killed process nothing is started, and nothing would count down again.
  if (engine_.Killed(process_)) {
    return ActivityId{engine_.Spawn(process_, Label::Of(name), std::move(body)).value};
  }
  std::shared_ptr<Turn> turn;  // null: it has its turn at once
  if (activities_ >= activity_bound_) turn = waiting_.emplace_back(std::make_shared<Turn>());
  most_activities_ = std::max(most_activities_, ++activities_);
  const TaskId task =
      engine_.Spawn(process_, Label::Of(name), [this, body = std::move(body), turn] {
        if (turn == nullptr || AwaitTurn(*turn)) body();
        EndTurn();
      });
  return ActivityId{task.value};
}

bool SimRuntime::AwaitTurn(Turn& turn) {
  while (!turn.come) {
    if (engine_.Wait(turn.queue) == Wake::kCancelled) return false;
  }
  return true;
}

void SimRuntime::EndTurn() {
  --activities_;
  if (Dead() || waiting_.empty()) return;
  waiting_.front()->come = true;
  engine_.NotifyAll(waiting_.front()->queue);
  waiting_.pop_front();
}

absl::Status SimRuntime::Join(ActivityId activity) {
  if (Dead()) return Cancelled();
  return ToStatus(engine_.Join(TaskId{static_cast<std::uint32_t>(activity)}));
}

std::unique_ptr<Signal> SimRuntime::NewSignal() {
  return std::make_unique<SimSignal>(engine_, process_, skew_);
}

std::uint64_t SimRuntime::Random() { return engine_.RandomBits(Label::Of("random")); }

void SimRuntime::CutOff(CallTarget target, VirtualDuration length) {
  disturbed_ = true;
  cut_off_until_[static_cast<std::size_t>(target)] = engine_.Now() + length;
}

bool SimRuntime::CutOff(CallTarget target) const {
  return !injector_.stopped() && engine_.Now() < cut_off_until_[static_cast<std::size_t>(target)];
}

std::optional<CallFault> SimRuntime::DrawFault(const CallSite& site) {
  const bool pod_may_die = injector_.offers(CallFault::kPodDies) && site.worker != WorkerId{} &&
                           faults_.PodLives(site.worker);
  // Both the question and a death touch the worker, whatever else the call touches.
  if (pod_may_die) TouchWorker(engine_, site.worker);
  const std::optional<CallFault> fault = injector_.Decide(pod_may_die);
  if (fault.has_value()) {
    disturbed_ = true;
    engine_.Touch(ObjectOf(ObjectKind::kLife, process_.value), Access::kWrite);
    faults_.OnFault(process_, site, *fault);
  }
  return fault;
}

absl::Status SimRuntime::DoCall(const CallSite& site, absl::FunctionRef<absl::Status()> call) {
  if (Dead()) return Cancelled();
  const Label name = Label::Of(site.name);
  // The strand is released: until the reply the call touches no memory of this process.
  if (engine_.Yield(name, Memory::kUntouched) == Wake::kCancelled) return Cancelled();

  const VirtualDuration latency = injector_.latency(site.target);
  if (latency > VirtualDuration(0) && engine_.SleepFor(latency) == Wake::kCancelled) {
    return Cancelled();
  }
  if (CutOff(site.target)) return NotApplied("cut off by the simulated network");
  const std::optional<CallFault> fault = DrawFault(site);
  if (fault == CallFault::kPartition) {
    CutOff(site.target, injector_.DrawPartition());
    return NotApplied("cut off by the simulated network");
  }
  if (fault == CallFault::kClockJump) JumpClock(ToDuration(injector_.DrawJump()));
  if (fault == CallFault::kStoreClockJump) {
    TouchStoreClock(engine_);
    faults_.JumpStoreClock(ToDuration(injector_.DrawJump()));
  }
  if (fault == CallFault::kPodDies) faults_.KillPod(site.worker);
  if (fault == CallFault::kNotApplied) return NotApplied("refused by the simulated network");
  if (fault == CallFault::kCrashBefore) {
    faults_.Crash(process_);
    return Cancelled();
  }
  if (fault == CallFault::kPause) {
    faults_.Pause(process_, injector_.DrawPause());
    if (engine_.Yield(name) == Wake::kCancelled) return Cancelled();
  }
  if (fault == CallFault::kSlow) {
    if (engine_.SleepFor(injector_.DrawDelay()) == Wake::kCancelled) return Cancelled();
  }

  // A call that is cancelled before its effect is refused, as in production.
  if (Dead()) return Cancelled();
  TouchWhatIsCalled(engine_, site);
  absl::Status status = call();
  if (site.target == CallTarget::kStore &&
      (absl::IsUnavailable(status) || absl::IsUnknown(status))) {
    faults_.StoreFailed(status);
  }

  if (fault == CallFault::kCrashAfter) {
    faults_.Crash(process_);
    return Cancelled();
  }
  if (fault == CallFault::kSlowReply) {
    if (engine_.SleepFor(injector_.DrawDelay()) == Wake::kCancelled) return Cancelled();
  }
  static const Label kReply = Label::Of("reply");
  if (engine_.Yield(kReply) == Wake::kCancelled) return Cancelled();
  if (fault == CallFault::kReplyLost) return InDoubt("the simulated network lost the reply");
  return status;
}

}  // namespace fencepost::sim
