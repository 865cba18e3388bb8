#include "core/lifecycle/stale_lease.h"

namespace fencepost {

bool LeaseIsStale(const TransitionResult& result, const WorkerLease& lease) {
  if (result.outcome == TransitionOutcome::kRowMissing) return true;
  if (!result.row.has_value()) return false;
  return LeaseIsStale(result.row->row(), lease);
}

bool LeaseIsStale(const WorkerRow& row, const WorkerLease& lease) {
  return kFencedStates.Has(row.state) || row.owner_cp != lease.owner() ||
         row.owner_epoch != lease.epoch();
}

}  // namespace fencepost
