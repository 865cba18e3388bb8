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
  lasting_.CutOff(target, engine_.Now() + length);
}

// ---- Calls -------------------------------------------------------------------------------------

absl::Status SimRuntime::DoCall(const CallSite& site, Blocking call) {
  return Carry(site, call, nullptr);
}

absl::Status SimRuntime::DoOwningCall(const CallSite& site, Blocking call, Own own) {
  return Carry(site, call, &own);
}

absl::Status SimRuntime::Carry(const CallSite& site, Blocking call, const Own* own) {
  if (Dead()) return Cancelled();
  injector_.CountCall(site.target);
  const Label name = Label::Of(site.name);
  // The strand is released: until the reply the call touches no memory of this process.
  if (engine_.Yield(name, Memory::kUntouched, PendingAccessOf(site)) == Wake::kCancelled) {
    return Cancelled();
  }

  const VirtualDuration latency = injector_.latency(site.target);
  if (latency > VirtualDuration(0) && engine_.SleepFor(latency) == Wake::kCancelled) {
    return Cancelled();
  }
  std::optional<CallFault> fault;
  if (lasting_.any()) {
    if (std::optional<absl::Status> over = Outlast(site, fault)) return *std::move(over);
  }
  if (!fault.has_value()) fault = DrawFault(site, own != nullptr);
  if (fault == CallFault::kLostInARow) {
    lasting_.LoseNext(site, injector_.DrawLosses());
    fault = injector_.DrawLoss();
  }
  if (fault.has_value()) {
    if (std::optional<absl::Status> over = BeforeEffect(site, *fault, own)) return *std::move(over);
  }

  // A call that is cancelled before its effect is refused, as in production.
  if (Dead()) return Cancelled();
  TouchWhatIsCalled(engine_, site);
  absl::Status status = call();
  if (site.target == CallTarget::kStore &&
      (absl::IsUnavailable(status) || absl::IsUnknown(status))) {
    faults_.StoreFailed(status);
  }
  if (absl::IsUnavailable(status) && site.target == CallTarget::kWorker &&
      faults_.IsSilent(site.worker)) {
    return AwaitTimeout();
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

std::optional<CallFault> SimRuntime::DrawFault(const CallSite& site, bool lands_late) {
  const bool offered =
      injector_.offers(CallFault::kPodDies) || injector_.offers(CallFault::kPodFallsSilent);
  const bool pod_may_die = offered && site.worker != WorkerId{} && faults_.PodLives(site.worker);
  // Both the question and a death touch the worker, whatever else the call touches.
  if (pod_may_die) TouchWorker(engine_, site.worker);
  const std::optional<CallFault> fault =
      injector_.Decide({.pod_dies = pod_may_die, .lands_late = lands_late});
  if (fault.has_value()) {
    disturbed_ = true;
    engine_.Touch(ObjectOf(ObjectKind::kLife, process_.value), Access::kWrite);
    faults_.OnFault(process_, site, *fault);
  }
  return fault;
}

std::optional<absl::Status> SimRuntime::Outlast(const CallSite& site,
                                                std::optional<CallFault>& fault) {
  if (injector_.stopped()) return std::nullopt;
  switch (lasting_.FateOf(site, engine_.Now())) {
    case LastingFaults::Fate::kNone:
      return std::nullopt;
    case LastingFaults::Fate::kRefused:
      return NotApplied("cut off by the simulated network");
    case LastingFaults::Fate::kUnanswered:
      return AwaitTimeout();
    case LastingFaults::Fate::kLost:
      break;
  }
  fault = injector_.DrawLoss();
  faults_.OnFault(process_, site, *fault);
  return std::nullopt;
}

std::optional<absl::Status> SimRuntime::BeforeEffect(const CallSite& site, CallFault fault,
                                                     const Own* own) {
  switch (fault) {
    case CallFault::kPartition:
      CutOff(site.target, injector_.DrawPartition());
      return NotApplied("cut off by the simulated network");
    case CallFault::kSiteFails:
      lasting_.FailSite(site.name, engine_.Now() + injector_.DrawSiteFailure());
      return NotApplied("refused by the simulated network");
    case CallFault::kHang:
      lasting_.Hang(site.target, engine_.Now() + injector_.DrawHang());
      return AwaitTimeout();
    case CallFault::kRequestLost:
      return InDoubt("the simulated network lost the request");
    case CallFault::kLate:
      LandLater(site, (*own)());
      return InDoubt("the simulated network holds the request up");
    case CallFault::kNotApplied:
      return NotApplied("refused by the simulated network");
    case CallFault::kCrashBefore:
      faults_.Crash(process_);
      return Cancelled();
    case CallFault::kPause:
      faults_.Pause(process_, injector_.DrawPause());
      if (engine_.Yield(Label::Of(site.name)) == Wake::kCancelled) return Cancelled();
      return std::nullopt;
    case CallFault::kSlow:
      if (engine_.SleepFor(injector_.DrawDelay()) == Wake::kCancelled) return Cancelled();
      return std::nullopt;
    case CallFault::kClockJump:
      JumpClock(ToDuration(injector_.DrawJump()));
      return std::nullopt;
    case CallFault::kStoreClockJump:
      TouchStoreClock(engine_);
      faults_.JumpStoreClock(ToDuration(injector_.DrawJump()));
      return std::nullopt;
    case CallFault::kPodDies:
      faults_.KillPod(site.worker);
      return std::nullopt;
    case CallFault::kPodFallsSilent:
      faults_.SilencePod(site.worker);
      return std::nullopt;
    case CallFault::kReplyLost:
    case CallFault::kSlowReply:
    case CallFault::kCrashAfter:
    case CallFault::kLostInARow:  // one of its halves is drawn instead
      break;                      // they come after the effect
  }
  return std::nullopt;
}

absl::Status SimRuntime::AwaitTimeout() {
  constexpr VirtualDuration kTimeout = std::chrono::seconds(30);
  if (engine_.SleepFor(kTimeout) == Wake::kCancelled) return Cancelled();
  return InDoubt("no answer within the timeout of the call");
}

// The request is on its way: it belongs to no process, and no crash of its sender ends it.
void SimRuntime::LandLater(const CallSite& site, OwnedCall call) {
  const VirtualDuration delay = injector_.DrawDelay();
  static const Label kLanding = Label::Of("late");
  engine_.SpawnDaemon(ProcessId{0}, kLanding, [&engine = engine_, site, delay, call] {
    if (engine.SleepFor(delay) == Wake::kCancelled) return;
    TouchWhatIsCalled(engine, site);
    call().IgnoreError();  // nobody listens any more
  });
}

}  // namespace fencepost::sim
