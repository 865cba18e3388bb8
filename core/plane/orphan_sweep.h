// Retires workers whose owner is gone.
#pragma once

#include "absl/status/statusor.h"
#include "core/lifecycle/lifecycle.h"
#include "core/rules/config.h"
#include "core/seams/runtime.h"
#include "core/seams/worker_store.h"

namespace fencepost {

// Lists orphans and retires each from its snapshot; the store checks the owner and the sessions
// again in the same step. Returns how many were retired, or the error of the listing; a miss or
// failure for one worker does not keep the sweep from the others. Cancelled.
absl::StatusOr<int> SweepOrphans(Runtime& runtime, const Config& config, WorkerStore& store,
                                 WorkerLifecycle& lifecycle);

}  // namespace fencepost
