#include "core/stale_lease.h"

namespace fencepost {

bool LeaseIsStale(const TransitionResult& result, const WorkerLease& lease) {
  if (result.outcome == TransitionOutcome::kRowMissing) return true;
  if (!result.row.has_value()) return false;
  const WorkerRow& row = result.row->row();
  return kFencedStates.Has(row.state) || row.owner_cp != lease.owner() ||
         row.owner_epoch != lease.epoch();
}

}  // namespace fencepost
