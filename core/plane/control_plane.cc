#include "core/plane/control_plane.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "core/lifecycle/retry.h"
#include "core/rules/check.h"

namespace fencepost {

namespace {

// Nobody looks after a client who is served from now on: its session is not renewed.
bool IsOver(ControlPlane::Phase phase) {
  return phase == ControlPlane::Phase::kStopped || phase == ControlPlane::Phase::kExpired;
}

}  // namespace

std::string_view PhaseName(ControlPlane::Phase phase) {
  switch (phase) {
    case ControlPlane::Phase::kNew:
      return "new";
    case ControlPlane::Phase::kServing:
      return "serving";
    case ControlPlane::Phase::kStopping:
      return "stopping";
    case ControlPlane::Phase::kStopped:
      return "stopped";
    case ControlPlane::Phase::kExpired:
      break;
  }
  return "expired";
}

absl::StatusOr<std::unique_ptr<ControlPlane>> ControlPlane::Create(const ControlPlaneParts& parts) {
  std::vector<std::string> missing;
  if (parts.issuer == nullptr) missing.push_back("credential issuer");
  if (parts.rpc == nullptr) missing.push_back("worker rpc");
  if (!missing.empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat("a control plane cannot be made without: ", absl::StrJoin(missing, ", ")));
  }
  absl::StatusOr<std::unique_ptr<WorkerLifecycle>> lifecycle =
      WorkerLifecycle::Create(parts.lifecycle);
  if (!lifecycle.ok()) return lifecycle.status();
  const int asked = parts.lifecycle.config->Activities();
  const int bound = parts.lifecycle.runtime->ActivityBound();
  if (asked > bound) {
    return absl::InvalidArgumentError(absl::StrCat(
        "config: these settings ask for ", asked, " activities at once, but the runtime runs ",
        bound, "; raise its bound or lower a parallelism"));
  }
  return std::unique_ptr<ControlPlane>(new ControlPlane(*std::move(lifecycle), parts));
}

ControlPlane::ControlPlane(std::unique_ptr<WorkerLifecycle> lifecycle,
                           const ControlPlaneParts& parts)
    : cp_(parts.lifecycle.cp),
      boot_(parts.lifecycle.boot),
      runtime_(*parts.lifecycle.runtime),
      config_(*parts.lifecycle.config),
      store_(*parts.lifecycle.store),
      events_(cp_, runtime_, *parts.lifecycle.observer),
      lifecycle_(std::move(lifecycle)),
      owned_(runtime_,
             [this](const ManagedWorker& worker) {
               sessions_.Forget(worker,
                                absl::AbortedError("this control plane no longer owns the worker"));
             }),
      spawner_(runtime_, config_, events_, *parts.lifecycle.pods, *parts.lifecycle.secrets,
               *lifecycle_, owned_),
      backoff_(runtime_, config_),
      activator_(runtime_, config_, events_, *parts.lifecycle.pods, *parts.issuer, *parts.rpc,
                 *lifecycle_, owned_, backoff_),
      sessions_(cp_, boot_, runtime_, config_, events_, store_, parts.listener),
      pool_(runtime_, config_, store_, *lifecycle_, owned_, spawner_, activator_, sessions_,
            backoff_),
      refresher_(runtime_, config_, events_, *parts.issuer, *parts.rpc, *lifecycle_, owned_),
      health_(runtime_, config_, events_, store_, *parts.lifecycle.pods, *parts.rpc, *lifecycle_,
              owned_),
      upkeep_(cp_, runtime_, config_, events_, store_, *lifecycle_, owned_, activator_, sessions_,
              pool_),
      leader_(cp_, runtime_, config_, store_),
      janitor_(runtime_, config_, events_, store_, *parts.lifecycle.pods, *parts.lifecycle.secrets,
               *lifecycle_),
      shutdown_(cp_, runtime_, config_, events_, store_, *lifecycle_, owned_, refresher_),
      phase_changed_(runtime_.NewSignal()) {}

// ---- Life --------------------------------------------------------------------------------------

absl::Status ControlPlane::Start() {
  if (absl::Status registered = Register(); !registered.ok()) return registered;
  BeginLoops();
  return absl::OkStatus();
}

absl::Status ControlPlane::Register() {
  Check(phase_ == Phase::kNew, "a control plane registers once");
  leases_good_until_ = runtime_.Now() + config_.cp_expiry;
  absl::Status registered = Persist([this] {
    return runtime_.Call(CallSite{CallTarget::kStore, "register"},
                         [this] { return store_.RegisterControlPlane(cp_, boot_); });
  });
  if (registered.ok()) phase_ = Phase::kServing;
  return registered;
}

// Each task has a loop of its own, so that none waits for the slow calls of another. This matters
// most for the heartbeat.
void ControlPlane::BeginLoops() {
  Loop("heartbeat", config_.heartbeat, &ControlPlane::Heartbeat, Until::kStopped);
  Loop("sessions", config_.heartbeat, &ControlPlane::RenewSessions, Until::kStopped);
  Loop("janitor", config_.janitor_tick, &ControlPlane::LeadOnce, Until::kStopping);
  Loop("health", config_.health_interval, &ControlPlane::CheckHealthOnce, Until::kStopped);
  Loop("refresher", config_.refresh_tick, &ControlPlane::RefreshOnce, Until::kStopped);
  Loop("upkeep", config_.upkeep_interval, &ControlPlane::UpkeepOnce, Until::kStopping);
}

void ControlPlane::Loop(std::string_view name, absl::Duration interval,
                        absl::Status (ControlPlane::*pass)(), Until until) {
  events_.Send(LoopPassed{name});
  runtime_.Spawn(name, [this, name, interval, pass, until] {
    const auto goes_on = [this, until] {
      return phase_ == Phase::kServing || (until == Until::kStopped && phase_ == Phase::kStopping);
    };
    // A random start spreads the processes of a fleet, and the loops of one process, over time.
    absl::Time next = runtime_.Now() + RandomShare(runtime_) * interval;
    while (goes_on()) {
      const absl::Status woken = phase_changed_->WaitUntil(next);
      if (absl::IsCancelled(woken)) return;
      if (woken.ok()) continue;  // the phase has changed: look again
      if (MayUseLeases() || pass == &ControlPlane::Heartbeat) {
        if (absl::IsCancelled((this->*pass)())) return;
      }
      events_.Send(LoopPassed{name});
      next = runtime_.Now() + interval;
    }
  });
}

bool ControlPlane::MayUseLeases() const {
  const bool alive = phase_ == Phase::kServing || phase_ == Phase::kStopping;
  return alive && runtime_.Now() < leases_good_until_;
}

absl::Status ControlPlane::Heartbeat() {
  const absl::Time asked = runtime_.Now();
  const absl::StatusOr<CpState> state =
      runtime_.Call(CallSite{CallTarget::kStore, "heartbeat"},
                    [this] { return store_.Heartbeat(cp_, config_.orphan_grace); });
  if (absl::IsCancelled(state.status())) return state.status();
  const bool over = state.ok() ? *state == CpState::kExpired : absl::IsNotFound(state.status());
  if (over) {
    Expire();
    return absl::OkStatus();
  }
  if (!state.ok()) {
    events_.Note(WorkerId{}, "heartbeat_failed", state.status());
    return absl::OkStatus();
  }
  const bool was_suspended = runtime_.Now() >= leases_good_until_;
  leases_good_until_ = asked + config_.cp_expiry;
  if (was_suspended && phase_ == Phase::kServing && !resuming_) {
    // Other control planes may have taken its workers meanwhile, so memory is compared with the
    // rows at once.
    resuming_ = true;
    runtime_.Spawn("resume", [this] {
      upkeep_.RunOnce().IgnoreError();
      resuming_ = false;
    });
  }
  return absl::OkStatus();
}

absl::Status ControlPlane::RenewSessions() { return sessions_.Renew(); }

void ControlPlane::Expire() {
  if (phase_ == Phase::kStopped || phase_ == Phase::kExpired) return;
  phase_ = Phase::kExpired;
  owned_.Close();
  pool_.EndWaiting();
  owned_.ForgetAll();
  events_.Note(WorkerId{}, "expired", absl::FailedPreconditionError("expired in the store"));
  phase_changed_->NotifyAll();
}

absl::Status ControlPlane::LeadOnce() {
  const absl::Status campaign = leader_.Campaign();
  if (absl::IsCancelled(campaign)) return campaign;
  if (!campaign.ok()) events_.Note(WorkerId{}, "campaign_failed", campaign);
  if (!leader_.leads()) return absl::OkStatus();
  const absl::Status swept = janitor_.RunOnce([this] { return leader_.KeepLeading(); });
  if (!swept.ok()) return swept;
  return spawner_.Replenish();
}

absl::Status ControlPlane::CheckHealthOnce() {
  const absl::StatusOr<int> ended = health_.RunOnce();
  if (!ended.ok()) return ended.status();
  return *ended > 0 ? spawner_.Replenish() : absl::OkStatus();
}

absl::Status ControlPlane::RefreshOnce() { return refresher_.RefreshDue(); }

absl::Status ControlPlane::UpkeepOnce() { return upkeep_.RunOnce(); }

// ---- For clients -------------------------------------------------------------------------------

absl::Status ControlPlane::Unusable() const {
  const std::string_view phase = PhaseName(phase_);
  return absl::UnavailableError(absl::StrCat(
      "control plane ", cp_.text(), " is ", absl::string_view(phase.data(), phase.size()),
      phase_ == Phase::kServing ? " but cannot reach the store" : ""));
}

absl::StatusOr<Acquired> ControlPlane::Acquire(const AcquireRequest& request) {
  if (!MayUseLeases()) return Unusable();
  absl::StatusOr<Acquired> acquired = pool_.Acquire(request);
  return acquired.ok() && IsOver(phase_) ? Unusable() : std::move(acquired);
}

absl::StatusOr<Acquired> ControlPlane::Reconnect(const SessionId& session,
                                                 absl::Duration patience) {
  if (!MayUseLeases()) return Unusable();
  absl::StatusOr<Acquired> acquired = pool_.Reconnect(session, patience);
  return acquired.ok() && IsOver(phase_) ? Unusable() : std::move(acquired);
}

absl::Status ControlPlane::Release(const SessionHandle& session) { return pool_.Release(session); }

absl::Status ControlPlane::Disconnect(const SessionHandle& session) {
  return pool_.Disconnect(session);
}

// ---- The end -----------------------------------------------------------------------------------

absl::Status ControlPlane::Persist(absl::FunctionRef<absl::Status()> call) {
  const absl::Time deadline = runtime_.Now() + config_.cp_expiry;
  const auto never = [] { return false; };
  return RetryCall(runtime_, {deadline, config_.acquire_poll, never}, call);
}

absl::StatusOr<ShutdownReport> ControlPlane::DrainWorkers() {
  const absl::Time wall = runtime_.Now() + config_.drain_timeout;
  ShutdownReport total;
  for (;;) {
    absl::StatusOr<ShutdownReport> report = shutdown_.EndAll();
    if (!report.ok()) return report;
    total.retired += report->retired;
    total.left = report->left;  // this round has tried again what the earlier one left
    total.spared = report->spared;
    // At the wall, workers with a session stay alive: their clients reach them through another
    // control plane.
    if (report->spared == 0 || phase_ != Phase::kStopping || runtime_.Now() >= wall) return total;
    refresher_.Resume();  // their clients work on
    const absl::Time next = std::min(wall, runtime_.Now() + config_.heartbeat);
    if (absl::Status slept = runtime_.SleepUntil(next); !slept.ok()) return slept;
    if (absl::Status ended = sessions_.EndPending(); !ended.ok()) return ended;
  }
}

absl::StatusOr<ShutdownReport> ControlPlane::Stop() {
  if (phase_ != Phase::kServing) return Unusable();
  phase_ = Phase::kStopping;
  owned_.Close();
  pool_.EndWaiting();
  phase_changed_->NotifyAll();
  absl::Status draining = Persist([this] {
    return runtime_.Call(CallSite{CallTarget::kStore, "begin_drain"},
                         [this] { return store_.BeginDrain(cp_); });
  });
  if (absl::IsCancelled(draining)) return draining;
  if (absl::IsFailedPrecondition(draining)) Expire();
  if (phase_ == Phase::kExpired) return absl::FailedPreconditionError("expired before it stopped");
  if (!draining.ok()) events_.Note(WorkerId{}, "begin_drain_failed", draining);

  absl::StatusOr<ShutdownReport> report = DrainWorkers();
  if (!report.ok()) return report;
  if (phase_ == Phase::kExpired) return absl::FailedPreconditionError("expired while it stopped");
  const absl::Status resigned = leader_.Resign();  // otherwise it runs out by itself
  if (absl::IsCancelled(resigned)) return resigned;
  absl::Status deregistered = Persist([this] {
    return runtime_.Call(CallSite{CallTarget::kStore, "deregister"},
                         [this] { return store_.DeregisterControlPlane(cp_); });
  });
  if (absl::IsCancelled(deregistered)) return deregistered;
  if (!deregistered.ok()) events_.Note(WorkerId{}, "deregister_failed", deregistered);
  phase_ = Phase::kStopped;
  owned_.ForgetAll();
  phase_changed_->NotifyAll();
  return report;
}

}  // namespace fencepost
