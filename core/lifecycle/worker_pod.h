// Asks the platform about a worker's pod.
#pragma once

#include <optional>

#include "absl/status/statusor.h"
#include "core/lifecycle/managed_worker.h"
#include "core/seams/pod_runtime.h"
#include "core/seams/runtime.h"

namespace fencepost {

// The pod that has the worker's pod name now, which may be another pod than the worker's own;
// nullopt when there is none.
absl::StatusOr<std::optional<PodInfo>> FindPod(Runtime& runtime, PodRuntime& pods,
                                               const ManagedWorker& worker);

}  // namespace fencepost
