// Ends a worker of this control plane that cannot be used any more.
#pragma once

#include <string>

#include "core/lifecycle/lease_cell.h"
#include "core/lifecycle/lifecycle.h"

namespace fencepost {

// Marks the worker lost under the checked-out lease and, only if that landed, schedules the cleanup
// of its pod and secret. Drops the lease in any case: a worker that could not be ended is found
// again by the upkeep, which lists this control plane's workers, or by the janitor. True if it
// landed.
bool EndAsLost(WorkerLifecycle& lifecycle, LeaseCell::Checkout& checkout, std::string reason);

}  // namespace fencepost
