// Retires workers whose owner is gone.
#pragma once

#include "absl/status/statusor.h"
#include "core/lifecycle/lifecycle.h"
#include "core/rules/config.h"
#include "core/seams/runtime.h"
#include "core/seams/worker_store.h"

namespace fencepost {

// Lists orphans and retires each from its snapshot; the store looks again at the owner and at the
// sessions in the same step. Returns how many were retired. An error of the listing; one worker's
// miss or failure does not keep the others from being looked at. Cancelled.
absl::StatusOr<int> SweepOrphans(Runtime& runtime, const Config& config, WorkerStore& store,
                                 WorkerLifecycle& lifecycle);

}  // namespace fencepost
