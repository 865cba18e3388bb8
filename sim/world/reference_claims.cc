// Creates and claims of the reference store.

#include <algorithm>

#include "sim/world/reference_store.h"

namespace fencepost::sim {
namespace {

ClaimReply Refused(ClaimOutcome outcome) {
  ClaimReply reply;
  reply.outcome = outcome;
  return reply;
}

}  // namespace

ClaimReply ReferenceStore::Granted(const WorkerRow& row) {
  ClaimReply reply;
  reply.outcome = ClaimOutcome::kClaimed;
  reply.row = MintSnapshot(row);
  reply.lease = MintLease(row);
  return reply;
}

std::int64_t ReferenceStore::CountOrg(const Org& org, const WorkerRow* besides) const {
  return std::count_if(workers_.begin(), workers_.end(), [&](const WorkerRow& row) {
    return &row != besides && !IsTerminal(row.state) && row.org == org;
  });
}

std::int64_t ReferenceStore::CountActive() const {
  return std::count_if(workers_.begin(), workers_.end(),
                       [](const WorkerRow& row) { return !IsTerminal(row.state); });
}

// Ghosts do not count: a slot whose owner is gone will never become a worker.
std::int64_t ReferenceStore::CountWarm(const Image& image) {
  return std::count_if(workers_.begin(), workers_.end(), [&](const WorkerRow& row) {
    const bool on_its_way = row.state == WorkerState::kSpawning || row.state == WorkerState::kIdle;
    if (!on_its_way || row.image != image || !row.org.empty()) return false;
    const ControlPlaneRow* const owner = FindControlPlane(row.owner_cp);
    return owner != nullptr && owner->state != CpState::kExpired;
  });
}

absl::StatusOr<ClaimReply> ReferenceStore::CreateSlot(const CreateRequest& request) {
  if (request.id.none() || request.image.empty()) {
    return absl::InvalidArgumentError("a slot needs an operation id and an image");
  }
  const bool warm = request.org.empty();
  if (!IsActive(request.owner)) return Refused(ClaimOutcome::kOwnerNotActive);
  if (!warm && CountOrg(request.org, nullptr) >= request.caps.per_org) {
    return Refused(ClaimOutcome::kOrgCap);
  }
  if (CountActive() >= request.caps.global) return Refused(ClaimOutcome::kGlobalCap);
  if (warm && CountWarm(request.image) >= request.warm_target) {
    return Refused(ClaimOutcome::kWarmTargetMet);
  }
  const absl::Time now = clock_();
  WorkerRow& row = workers_.emplace_back();
  row.worker_id = WorkerId{++last_worker_id_};
  row.pod_name = PodNameOf(row.worker_id);
  row.image = request.image;
  row.state = WorkerState::kSpawning;
  row.org = request.org;
  row.owner_cp = request.owner;
  row.owner_epoch = Epoch{1};
  row.revision = Revision{1};
  row.last_operation = request.id;
  row.created_at = row.updated_at = row.state_since = now;
  const Operation operation = warm ? Operation::kCreateWarmSlot : Operation::kCreateOrgSlot;
  Emit(RowCommitted{operation, request.id, nullptr, nullptr, row, {}});
  return Granted(row);
}

absl::StatusOr<ClaimReply> ReferenceStore::Claim(Operation operation, const ClaimRequest& request) {
  if (request.id.none() || request.org.empty()) {
    return absl::InvalidArgumentError("a claim needs an operation id and an org");
  }
  const bool idle = operation == Operation::kClaimIdle;
  if (idle && request.image.empty()) {
    return absl::InvalidArgumentError("a claim of an idle worker needs an image");
  }
  if (!IsActive(request.new_owner)) return Refused(ClaimOutcome::kOwnerNotActive);
  const TransitionRule& rule = RuleOf(operation);
  bool capped = false;
  for (WorkerRow& row : workers_) {
    if (!rule.from.Has(row.state)) continue;
    if (!request.image.empty() && row.image != request.image) continue;
    const bool own = row.org == request.org;
    if (!own && !(idle && row.org.empty())) continue;
    // A worker that the org has already takes no more room.
    if (!own && CountOrg(request.org, nullptr) >= request.caps.per_org) {
      capped = true;
      continue;
    }
    const WorkerRow before = row;
    TransitionRequest change;
    change.operation = operation;
    change.id = request.id;
    change.new_owner = request.new_owner;
    change.target = OnlyTarget(rule);
    Apply(change, clock_(), row);
    row.org = request.org;
    Emit(RowCommitted{operation, request.id, nullptr, &before, row,
                      FactsOf(before, absl::ZeroDuration())});
    return Granted(row);
  }
  return Refused(capped ? ClaimOutcome::kOrgCap : ClaimOutcome::kNoneAvailable);
}

absl::StatusOr<ClaimReply> ReferenceStore::ClaimIdle(const ClaimRequest& request) {
  return Claim(Operation::kClaimIdle, request);
}

absl::StatusOr<ClaimReply> ReferenceStore::ClaimHotIdle(const ClaimRequest& request) {
  return Claim(Operation::kClaimHotIdle, request);
}

}  // namespace fencepost::sim
