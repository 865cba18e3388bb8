// Retires workers whose owner is gone.
#pragma once

#include "absl/status/statusor.h"
#include "core/lifecycle/lifecycle.h"

namespace fencepost {

// Lists orphans and retires each from its snapshot; the store looks again at the owner and at the
// sessions in the same step. Returns how many were retired. An error of the listing; one worker's
// miss or failure does not keep the others from being looked at. Cancelled.
absl::StatusOr<int> SweepOrphans(WorkerLifecycle& lifecycle);

}  // namespace fencepost
