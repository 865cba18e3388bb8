// Finds pods and secrets that belong to no living worker, and removes them.
//
// A crash between two steps of spawning or ending a worker leaves a pod or a secret whose row is
// terminal or absent. Anything younger than the spawn budget is spared unless its row proves it
// dead.
#pragma once

#include "absl/status/status.h"
#include "core/events/event_sender.h"
#include "core/lifecycle/lifecycle.h"
#include "core/seams/credentials.h"
#include "core/seams/pod_runtime.h"
#include "core/seams/runtime.h"

namespace fencepost {

// Each looks at all pods or secrets that exist. It returns the error of the listing, or Cancelled;
// a failure that concerns one pod or secret does not keep it from the others.
absl::Status ReconcilePods(Runtime& runtime, EventSender& events, PodRuntime& pods,
                           WorkerLifecycle& lifecycle);
absl::Status ReconcileSecrets(Runtime& runtime, EventSender& events, SecretStore& secrets,
                              WorkerLifecycle& lifecycle);

}  // namespace fencepost
