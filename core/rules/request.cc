#include "core/rules/request.h"

namespace fencepost {
namespace {

using enum TransitionOutcome;

bool StateIsEligible(const TransitionRule& rule, const TransitionRequest& request,
                     const WorkerRow& row) {
  if (!EligibleStates(rule, request.target).Has(row.state)) return false;
  const bool unbound_idle = row.state == WorkerState::kIdle && row.org.empty();
  if (rule.guards.Has(Guard::kOrgBoundIfIdle) && unbound_idle) return false;
  return !rule.guards.Has(Guard::kNeverActivated) || row.activated_at == absl::InfinitePast();
}

TransitionOutcome JudgeLease(const TransitionRequest& request, const WorkerRow& row) {
  if (row.owner_cp != request.believed_owner) return kFenceMissOwner;
  if (row.owner_epoch != request.believed_epoch) return kFenceMissEpoch;
  // A later operation of the same process has landed: this one is a late repetition.
  const bool overtaken =
      row.last_operation.boot == request.id.boot && request.id < row.last_operation;
  return overtaken ? kFenceMissTouched : kTransitioned;
}

TransitionOutcome JudgeSnapshot(const TransitionRequest& request, const WorkerRow& row) {
  if (row.revision == request.believed_revision) return kTransitioned;
  if (row.state != request.believed_state) return kFenceMissState;
  if (row.owner_cp != request.believed_owner) return kFenceMissOwner;
  if (row.owner_epoch != request.believed_epoch) return kFenceMissEpoch;
  return kFenceMissTouched;
}

TransitionOutcome JudgeFence(const TransitionRule& rule, const TransitionRequest& request,
                             const WorkerRow& row) {
  switch (rule.fence) {
    case FenceKind::kLease:
      return JudgeLease(request, row);
    case FenceKind::kEpoch:
      return row.owner_epoch == request.believed_epoch ? kTransitioned : kFenceMissEpoch;
    case FenceKind::kSnapshot:
      return JudgeSnapshot(request, row);
    case FenceKind::kCaps:
    case FenceKind::kRowLock:
      break;  // the store chooses the row itself: there is no belief to compare
  }
  return kTransitioned;
}

}  // namespace

bool OwnerIsGone(const ControlPlaneRow* owner, absl::Duration orphan_grace, absl::Time store_now) {
  if (owner == nullptr) return true;
  return owner->state == CpState::kExpired && owner->expired_at + orphan_grace <= store_now;
}

TransitionOutcome Judge(const TransitionRequest& request, const WorkerRow* row,
                        const GuardFacts& facts) {
  if (row == nullptr) return kRowMissing;
  if (AlreadyApplied(request, *row)) return kTransitioned;
  const TransitionRule& rule = RuleOf(request.operation);
  if (!StateIsEligible(rule, request, *row)) return kFenceMissState;
  if (const TransitionOutcome fence = JudgeFence(rule, request, *row); fence != kTransitioned) {
    return fence;
  }
  if (request.guards.Has(Guard::kOwnerGone) && !facts.owner_gone) return kFenceMissCpRevived;
  if (request.guards.Has(Guard::kNoLiveSession) && facts.live_session) return kFenceMissSession;
  return kTransitioned;
}

bool AlreadyApplied(const TransitionRequest& request, const WorkerRow& row) {
  return row.last_operation == request.id;
}

void Apply(const TransitionRequest& request, absl::Time store_now, WorkerRow& row) {
  const TransitionRule& rule = RuleOf(request.operation);
  if (request.target.has_value() && *request.target != row.state) {
    row.state = *request.target;
    row.state_since = store_now;
  }
  if (rule.effects.Has(Effect::kRaiseEpoch)) row.owner_epoch = Next(row.owner_epoch);
  if (rule.effects.Has(Effect::kSetOwner)) row.owner_cp = request.new_owner;
  if (rule.effects.Has(Effect::kClearOrg)) row.org = Org();
  if (rule.effects.Has(Effect::kRecordPodUid)) row.pod_uid = request.pod_uid;
  if (rule.effects.Has(Effect::kRecordActivation)) row.activated_at = store_now;
  if (rule.effects.Has(Effect::kRecordCredentials)) {
    row.credentials_expiry = StoredTime(request.credentials_expiry);
  }
  if (rule.effects.Has(Effect::kRecordReason)) row.retire_reason = request.reason;
  row.revision = Next(row.revision);
  row.last_operation = request.id;
  row.updated_at = store_now;
}

}  // namespace fencepost
