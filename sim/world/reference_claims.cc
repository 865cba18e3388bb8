// Creates and claims of the reference store.

#include <algorithm>

#include "core/rules/claims.h"
#include "core/rules/store_arguments.h"
#include "sim/world/reference_store.h"

namespace fencepost::sim {

std::int64_t ReferenceStore::CountOrg(const Org& org) const {
  return static_cast<std::int64_t>(index_.OfOrg(org).size());
}

// A slot whose owner is gone does not count, because it will never become an idle worker.
std::int64_t ReferenceStore::CountWarm(const Image& image) {
  const WorkerIndex::Ids& unbound = index_.OfOrg(Org());
  return std::count_if(unbound.begin(), unbound.end(), [&](WorkerId worker) {
    const WorkerRow& row = *FindWorker(worker);
    const bool on_its_way = row.state == WorkerState::kSpawning || row.state == WorkerState::kIdle;
    if (!on_its_way || row.image != image) return false;
    const ControlPlaneRow* const owner = FindControlPlane(row.owner_cp);
    return owner != nullptr && owner->state != CpState::kExpired;
  });
}

absl::StatusOr<ClaimReply> ReferenceStore::CreateSlot(const CreateRequest& request) {
  if (absl::Status valid = CheckCreate(request); !valid.ok()) return valid;
  const bool warm = request.org.empty();
  if (!IsActive(request.owner)) return RefusedClaim(ClaimOutcome::kOwnerNotActive);
  if (!warm && CountOrg(request.org) >= request.caps.per_org) {
    return RefusedClaim(ClaimOutcome::kOrgCap);
  }
  if (index_.active() >= request.caps.global) return RefusedClaim(ClaimOutcome::kGlobalCap);
  if (warm && CountWarm(request.image) >= request.warm_target) {
    return RefusedClaim(ClaimOutcome::kWarmTargetMet);
  }
  workers_.push_back(NewWorker(request, WorkerId{++last_worker_id_}, clock_()));
  const WorkerRow& row = workers_.back();
  index_.Add(row);
  events_.Committed(OperationOf(request), request.id, nullptr, nullptr, row, {});
  return Granted(row);
}

absl::StatusOr<ClaimReply> ReferenceStore::Claim(Operation operation, const ClaimRequest& request) {
  if (absl::Status valid = CheckClaim(operation, request); !valid.ok()) return valid;
  if (!IsActive(request.new_owner)) return RefusedClaim(ClaimOutcome::kOwnerNotActive);
  const bool takes_unbound = TakesUnbound(operation);
  const bool room = !takes_unbound || CountOrg(request.org) < request.caps.per_org;
  WorkerRow* lowest = nullptr;
  for (const WorkerState state : kAllWorkerStates) {
    if (!RuleOf(operation).from.Has(state)) continue;
    for (const auto& [since, worker] : index_.InState(state)) {
      if (lowest != nullptr && lowest->worker_id < worker) continue;
      WorkerRow& row = *FindWorker(worker);
      if (!IsWanted(operation, request, row)) continue;
      if (room || row.org == request.org) lowest = &row;
    }
  }
  if (lowest == nullptr) {
    return NoRowFits(room);
  }
  const WorkerRow before = *lowest;
  ApplyClaim(operation, request, clock_(), *lowest);
  Changed(before, *lowest);
  events_.Committed(operation, request.id, nullptr, &before, *lowest,
                    FactsOf(before, absl::ZeroDuration()));
  return Granted(*lowest);
}

absl::StatusOr<ClaimReply> ReferenceStore::ClaimIdle(const ClaimRequest& request) {
  return Claim(Operation::kClaimIdle, request);
}

absl::StatusOr<ClaimReply> ReferenceStore::ClaimHotIdle(const ClaimRequest& request) {
  return Claim(Operation::kClaimHotIdle, request);
}

}  // namespace fencepost::sim
