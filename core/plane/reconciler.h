// Finds pods and secrets that no living worker stands behind, and removes them.
//
// What a crash leaves between two steps of spawning or ending a worker is found here: a pod whose
// row is terminal or absent, a secret whose row is. Anything younger than the spawn budget is
// spared unless its row proves it dead.
#pragma once

#include "absl/status/status.h"
#include "core/events/event_sender.h"
#include "core/lifecycle/lifecycle.h"
#include "core/seams/credentials.h"
#include "core/seams/pod_runtime.h"
#include "core/seams/runtime.h"

namespace fencepost {

// Each looks at everything that there is. The first error of a listing, or Cancelled; what fails
// for one pod or secret does not keep the others from being looked at.
absl::Status ReconcilePods(Runtime& runtime, EventSender& events, PodRuntime& pods,
                           WorkerLifecycle& lifecycle);
absl::Status ReconcileSecrets(Runtime& runtime, EventSender& events, SecretStore& secrets,
                              WorkerLifecycle& lifecycle);

}  // namespace fencepost
