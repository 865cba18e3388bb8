// Does a missed transition mean that the lease is no longer good?
#pragma once

#include "core/lifecycle/lifecycle.h"
#include "core/rules/authority.h"

namespace fencepost {

// True if the row, as the reply showed it, is not this lease's any more: gone, fenced, or held by
// another owner or under another epoch. False when the fence missed for another reason, and when
// nothing is known.
bool LeaseIsStale(const TransitionResult& result, const WorkerLease& lease);
bool LeaseIsStale(const WorkerRow& row, const WorkerLease& lease);

}  // namespace fencepost
