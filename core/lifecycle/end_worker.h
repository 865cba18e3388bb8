// Ends an own worker that is of no use any more.
#pragma once

#include <string>

#include "core/lifecycle/lease_cell.h"
#include "core/lifecycle/lifecycle.h"

namespace fencepost {

// Marks it lost under the checked-out lease and, only if that landed, deletes its pod and secret as
// a scheduled cleanup. The lease is dropped in any case: what could not be ended is found again
// among the workers that the store lists as ours, or by the janitor. True if it landed.
bool EndAsLost(WorkerLifecycle& lifecycle, LeaseCell::Checkout& checkout, std::string reason);

}  // namespace fencepost
