#include "core/lifecycle/lifecycle.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "core/rules/check.h"
#include "core/rules/effect.h"

namespace fencepost {
namespace {

// A reply was lost, and the repetition of the transition missed on this row. True if the row proves
// that the first attempt did not take effect either. If false, the first attempt may have landed
// and been overwritten since.
bool ProvesNotLanded(const TransitionRequest& request, const WorkerRow* row) {
  if (row == nullptr) return false;  // it may have ended the worker, and the row was removed since
  const TransitionRule& rule = RuleOf(request.operation);
  // If an older operation of this process was the last to change the row, this one did not: once it
  // had landed, the store would have refused the older one under the same epoch, as a late lease
  // operation or because of its older snapshot. Only an older claim or take-over may land after it,
  // and both raise the epoch.
  const Epoch landed_epoch =
      rule.effects.Has(Effect::kRaiseEpoch) ? Next(request.believed_epoch) : request.believed_epoch;
  const bool older_was_last =
      row->last_operation.boot == request.id.boot && row->last_operation < request.id;
  if (older_was_last && row->owner_epoch <= landed_epoch) return true;
  if (rule.fence == FenceKind::kSnapshot) {
    // Had it landed, the row would be in a terminal state for good, and the repetition would have
    // found its own operation id there.
    return true;
  }
  return !rule.to.Empty() &&
         (rule.to == StateSet(WorkerState::kRetired) || rule.to == StateSet(WorkerState::kLost));
}

}  // namespace

absl::StatusOr<std::unique_ptr<WorkerLifecycle>> WorkerLifecycle::Create(
    const LifecycleParts& parts) {
  std::vector<std::string> missing;
  if (parts.cp.empty()) missing.push_back("the control plane's id");
  if (Number(parts.boot) == 0) missing.push_back("the boot id");
  if (parts.runtime == nullptr) missing.push_back("runtime");
  if (parts.store == nullptr) missing.push_back("store");
  if (parts.pods == nullptr) missing.push_back("pod runtime");
  if (parts.secrets == nullptr) missing.push_back("secret store");
  if (parts.observer == nullptr) missing.push_back("event observer");
  if (parts.config == nullptr) missing.push_back("config");
  if (!missing.empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat("a worker lifecycle cannot be made without: ", absl::StrJoin(missing, ", ")));
  }
  if (absl::Status valid = parts.config->Validate(); !valid.ok()) return valid;
  return std::unique_ptr<WorkerLifecycle>(new WorkerLifecycle(parts));
}

WorkerLifecycle::WorkerLifecycle(const LifecycleParts& parts)
    : cp_(parts.cp),
      boot_(parts.boot),
      runtime_(*parts.runtime),
      store_(*parts.store),
      pods_(*parts.pods),
      secrets_(*parts.secrets),
      config_(*parts.config),
      events_(parts.cp, *parts.runtime, *parts.observer),
      cleanups_done_(runtime_.NewSignal()) {}

OperationId WorkerLifecycle::NextOperation() {
  return OperationId{.boot = boot_, .sequence = ++last_sequence_};
}

// ---- Requests ----------------------------------------------------------------------------------

TransitionRequest WorkerLifecycle::UnderLease(Operation operation, const WorkerLease& lease) {
  const TransitionRule& rule = RuleOf(operation);
  Check(rule.fence == FenceKind::kLease, "a lease fences this operation");
  TransitionRequest request;
  request.operation = operation;
  request.id = NextOperation();
  request.worker = lease.worker();
  request.believed_owner = lease.owner();
  request.believed_epoch = lease.epoch();
  request.guards = rule.guards;
  request.target = OnlyTarget(rule);
  return request;
}

TransitionRequest WorkerLifecycle::FromSnapshot(Operation operation, const WorkerSnapshot& seen) {
  const TransitionRule& rule = RuleOf(operation);
  Check(rule.fence == FenceKind::kSnapshot || rule.fence == FenceKind::kEpoch,
        "a snapshot fences this operation");
  const WorkerRow& row = seen.row();
  TransitionRequest request;
  request.operation = operation;
  request.id = NextOperation();
  request.worker = row.worker_id;
  request.believed_owner = row.owner_cp;
  request.believed_epoch = row.owner_epoch;
  request.believed_state = row.state;
  request.believed_revision = row.revision;
  request.guards = rule.guards;
  request.target = OnlyTarget(rule);
  return request;
}

// ---- Running one transition --------------------------------------------------------------------

absl::StatusOr<TransitionReply> WorkerLifecycle::RunUntilSettled(const TransitionRequest& request) {
  const CallSite site{CallTarget::kStore, OperationName(request.operation), request.worker};
  absl::Status doubt;  // OK until a reply is lost
  for (int attempt = 0;; ++attempt) {
    absl::StatusOr<TransitionReply> reply =
        runtime_.CallOwning(site, [&store = store_, request] { return store.Transition(request); });
    if (reply.ok()) {
      if (doubt.ok() || !IsMiss(reply->outcome)) return reply;
      const WorkerRow* row = reply->row.has_value() ? &reply->row->row() : nullptr;
      if (!ProvesNotLanded(request, row)) reply->outcome = TransitionOutcome::kInDoubt;
      return reply;
    }
    if (absl::IsCancelled(reply.status())) return reply;
    if (MayHaveApplied(reply.status())) doubt = reply.status();
    if (doubt.ok()) return reply;
    if (attempt + 1 >= config_.settle_attempts) return doubt;
    const absl::Time next = runtime_.Now() + config_.settle_backoff;
    if (absl::Status slept = runtime_.SleepUntil(next); !slept.ok()) return slept;
  }
}

TransitionResult WorkerLifecycle::Run(const TransitionRequest& request) {
  events_.Send(TransitionAttempted{request});
  return Tell(request, RunUntilSettled(request));
}

TransitionResult WorkerLifecycle::Tell(const TransitionRequest& request,
                                       absl::StatusOr<TransitionReply> reply) {
  TransitionResult result;
  if (!reply.ok()) {
    result.error = std::move(reply).status();
    result.outcome =
        MayHaveApplied(result.error) ? TransitionOutcome::kInDoubt : TransitionOutcome::kStoreError;
    if (absl::IsCancelled(result.error)) return result;  // a stopped process tells no observer
  } else {
    result.outcome = reply->outcome;
    result.row = std::move(reply->row);
    result.lease = std::move(reply->lease);
    if (result.outcome == TransitionOutcome::kInDoubt) {
      result.error = InDoubt("the reply was lost, and the row has changed since");
    }
  }
  events_.Send(TransitionTold{request, result.outcome,
                              result.row.has_value() ? &result.row->row() : nullptr});
  if (!result.landed()) return result;
  const TransitionRule& rule = RuleOf(request.operation);
  if (rule.grants_lease) events_.Send(LeaseMinted{*result.lease});
  if (rule.grants_fence) {
    const WorkerRow& row = result.row->row();
    result.fence = MintFence(row, row.pod_uid, FenceOrigin::kLandedTransition);
  }
  return result;
}

TransitionResult WorkerLifecycle::RunEndToEnd(const TransitionRequest& request) {
  TransitionResult result = Run(request);
  if (result.fence.has_value()) {
    ScheduleCleanup(*std::move(result.fence));
    result.fence.reset();
  }
  return result;
}

// ---- As the owner ------------------------------------------------------------------------------

TransitionResult WorkerLifecycle::PublishIdle(const WorkerLease& lease, const PodUid& pod_uid) {
  TransitionRequest request = UnderLease(Operation::kPublishIdle, lease);
  request.pod_uid = pod_uid;
  return Run(request);
}

TransitionResult WorkerLifecycle::PublishReserved(const WorkerLease& lease, const PodUid& pod_uid) {
  TransitionRequest request = UnderLease(Operation::kPublishReserved, lease);
  request.pod_uid = pod_uid;
  return Run(request);
}

TransitionResult WorkerLifecycle::BeginActivation(const WorkerLease& lease) {
  return Run(UnderLease(Operation::kBeginActivation, lease));
}

TransitionResult WorkerLifecycle::FinishActivation(const WorkerLease& lease,
                                                   absl::Time credentials_expiry) {
  TransitionRequest request = UnderLease(Operation::kFinishActivation, lease);
  request.credentials_expiry = credentials_expiry;
  return Run(request);
}

TransitionResult WorkerLifecycle::Park(const WorkerLease& lease) {
  return Run(UnderLease(Operation::kPark, lease));
}

TransitionResult WorkerLifecycle::ReturnIdle(const WorkerLease& lease) {
  return Run(UnderLease(Operation::kReturnIdle, lease));
}

TransitionResult WorkerLifecycle::ReturnHotIdle(const WorkerLease& lease) {
  return Run(UnderLease(Operation::kReturnHotIdle, lease));
}

TransitionResult WorkerLifecycle::RefreshLease(const WorkerLease& lease) {
  return Run(UnderLease(Operation::kRefreshLease, lease));
}

TransitionResult WorkerLifecycle::StampCredentials(const WorkerLease& lease,
                                                   absl::Time credentials_expiry) {
  TransitionRequest request = UnderLease(Operation::kStampCredentials, lease);
  request.credentials_expiry = credentials_expiry;
  return Run(request);
}

TransitionResult WorkerLifecycle::Drain(const WorkerLease& lease, SessionRule sessions,
                                        std::string reason) {
  TransitionRequest request = UnderLease(Operation::kDrain, lease);
  request.reason = std::move(reason);
  if (sessions == SessionRule::kSpareSessions) {
    request.guards = request.guards.With(Guard::kNoLiveSession);
  }
  return Run(request);
}

TransitionResult WorkerLifecycle::RetireDrained(const WorkerLease& lease, std::string reason) {
  TransitionRequest request = UnderLease(Operation::kRetireDrained, lease);
  request.reason = std::move(reason);
  return Run(request);
}

TransitionResult WorkerLifecycle::MarkLost(const WorkerLease& lease, std::string reason) {
  TransitionRequest request = UnderLease(Operation::kMarkLost, lease);
  request.reason = std::move(reason);
  return Run(request);
}

// ---- From a snapshot ---------------------------------------------------------------------------

TransitionResult WorkerLifecycle::TakeOver(const WorkerSnapshot& seen) {
  TransitionRequest request = FromSnapshot(Operation::kTakeOver, seen);
  request.new_owner = cp_;
  claims_in_flight_.insert(request.id);
  TransitionResult result = Run(request);
  claims_in_flight_.erase(request.id);
  return result;
}

TransitionResult WorkerLifecycle::RetireFromSnapshot(const WorkerSnapshot& seen, WorkerState target,
                                                     std::string reason) {
  Check(IsTerminal(target), "a retirement ends in a terminal state");
  TransitionRequest request = FromSnapshot(Operation::kRetireFromSnapshot, seen);
  request.target = target;
  request.reason = std::move(reason);
  // A worker that is being activated again may have been taken over for a client that comes back to
  // its session. However long that takes, the worker lives for as long as the session does.
  if (kToBeActivated.Has(seen.row().state)) {
    request.guards = request.guards.With(Guard::kNoLiveSession);
  }
  return RunEndToEnd(request);
}

TransitionResult WorkerLifecycle::RetireOrphan(const WorkerSnapshot& seen, std::string reason) {
  TransitionRequest request = FromSnapshot(Operation::kRetireOrphan, seen);
  request.orphan_grace = config_.orphan_grace;
  request.reason = std::move(reason);
  return RunEndToEnd(request);
}

TransitionResult WorkerLifecycle::RetireIdleVariant(const WorkerSnapshot& seen,
                                                    std::string reason) {
  TransitionRequest request = FromSnapshot(Operation::kRetireIdleVariant, seen);
  request.reason = std::move(reason);
  return RunEndToEnd(request);
}

}  // namespace fencepost
