// Finds pods and secrets that belong to no living worker, and removes them.
//
// A crash between two steps of spawning or ending a worker leaves a pod or a secret whose row is
// terminal or absent. Anything younger than the spawn budget is spared unless its row proves it
// dead.
#pragma once

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "core/events/event_sender.h"
#include "core/lifecycle/lifecycle.h"
#include "core/rules/config.h"
#include "core/seams/credentials.h"
#include "core/seams/pod_runtime.h"
#include "core/seams/runtime.h"
#include "core/seams/worker_store.h"

namespace fencepost {

// Each looks at all pods or secrets that exist, for Config::listing_limit rows in one call of the
// store, and ends early when `goes_on` does not hold any more. It returns the error of a listing,
// or Cancelled; a failure that concerns one pod or secret does not keep it from the others.
absl::Status ReconcilePods(Runtime& runtime, const Config& config, EventSender& events,
                           WorkerStore& store, PodRuntime& pods, WorkerLifecycle& lifecycle,
                           absl::FunctionRef<bool()> goes_on);
absl::Status ReconcileSecrets(Runtime& runtime, const Config& config, EventSender& events,
                              WorkerStore& store, SecretStore& secrets, WorkerLifecycle& lifecycle,
                              absl::FunctionRef<bool()> goes_on);

}  // namespace fencepost
