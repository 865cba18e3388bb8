// Whether a missed transition shows that the lease is stale.
#pragma once

#include "core/lifecycle/lifecycle.h"
#include "core/rules/authority.h"

namespace fencepost {

// True if the reply showed that the lease is stale: the row is gone, fenced, or held by another
// owner or under another epoch. False if the fence missed for another reason or the reply showed no
// row.
bool LeaseIsStale(const TransitionResult& result, const WorkerLease& lease);
bool LeaseIsStale(const WorkerRow& row, const WorkerLease& lease);

}  // namespace fencepost
