#include "core/rules/claims.h"

#include <optional>

#include "core/rules/request.h"

namespace fencepost {

Operation OperationOf(const CreateRequest& request) {
  return request.org.empty() ? Operation::kCreateWarmSlot : Operation::kCreateOrgSlot;
}

bool IsWanted(Operation operation, const ClaimRequest& request, const WorkerRow& row) {
  if (!RuleOf(operation).from.Has(row.state)) return false;
  if (!request.image.empty() && row.image != request.image) return false;
  return row.org == request.org || (TakesUnbound(operation) && row.org.empty());
}

bool TakesUnbound(Operation operation) { return operation == Operation::kClaimIdle; }

ClaimReply RefusedClaim(ClaimOutcome why) {
  return {.outcome = why, .row = std::nullopt, .lease = std::nullopt};
}

ClaimReply NoRowFits(bool room) {
  return RefusedClaim(room ? ClaimOutcome::kNoneAvailable : ClaimOutcome::kOrgCap);
}

WorkerRow NewWorker(const CreateRequest& request, WorkerId id, absl::Time store_now) {
  WorkerRow row;
  row.worker_id = id;
  row.pod_name = PodNameOf(id);
  row.image = request.image;
  row.state = *OnlyTarget(RuleOf(OperationOf(request)));
  row.org = request.org;
  row.owner_cp = request.owner;
  row.owner_epoch = Epoch{1};
  row.revision = Revision{1};
  row.last_operation = request.id;
  row.created_at = row.updated_at = row.state_since = store_now;
  return row;
}

void ApplyClaim(Operation operation, const ClaimRequest& request, absl::Time store_now,
                WorkerRow& row) {
  TransitionRequest change;
  change.operation = operation;
  change.id = request.id;
  change.new_owner = request.new_owner;
  change.target = OnlyTarget(RuleOf(operation));
  Apply(change, store_now, row);
  row.org = request.org;
}

}  // namespace fencepost
