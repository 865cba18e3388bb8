// Makes workers: a slot in the store, a secret, a pod, wait until it is ready, publish.
//
// The row comes first, so that everything that a crash leaves behind leads back to it: a row stuck
// in spawning, a pod or a secret whose row has ended. The worker's lease is checked out from the
// slot to the publication. Once the control plane takes no new work no spawn begins, and spawns
// that are under way stop and are left to the shutdown.
#pragma once

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/events/event_sender.h"
#include "core/lifecycle/lifecycle.h"
#include "core/lifecycle/owned_workers.h"
#include "core/rules/config.h"
#include "core/seams/credentials.h"
#include "core/seams/pod_runtime.h"
#include "core/seams/runtime.h"

namespace fencepost {

class Spawner {
 public:
  Spawner(Runtime& runtime, const Config& config, EventSender& events, PodRuntime& pods,
          SecretStore& secrets, WorkerLifecycle& lifecycle, OwnedWorkers& owned);

  // Spawns a worker for `org`, reserved. Calls `slot_granted` once the store has granted the slot,
  // before the pod is made. ResourceExhausted: a cap leaves no room, or `spawn_parallelism` spawns
  // are under way; nothing has begun then. Other errors: the slot was refused, or the worker did
  // not come up and was ended.
  absl::StatusOr<ManagedWorkerPtr> SpawnFor(const Org& org, const Image& image,
                                            absl::FunctionRef<void()> slot_granted);

  // Begins as many spawns as the configured warm targets ask for and the bound on parallelism
  // leaves room for, and returns without waiting for them. Cancelled, or OK.
  absl::Status Replenish();

 private:
  bool HasRoom() const;
  // Makes the worker of a slot that was granted. REQUIRES: its row is spawning.
  absl::Status Raise(const ManagedWorkerPtr& worker);
  absl::Status RaiseUnderLease(ManagedWorker& worker, LeaseCell::Checkout& checkout);
  absl::StatusOr<PodUid> MakePod(const ManagedWorker& worker, absl::Time deadline);
  absl::StatusOr<PodUid> CreatePod(const ManagedWorker& worker, absl::Time deadline);
  absl::StatusOr<PodUid> AwaitReady(const ManagedWorker& worker, absl::Time deadline);
  absl::Status Publish(ManagedWorker& worker, LeaseCell::Checkout& checkout, const PodUid& uid,
                       absl::Time deadline);

  Runtime& runtime_;
  const Config& config_;
  EventSender& events_;
  PodRuntime& pods_;
  SecretStore& secrets_;
  WorkerLifecycle& lifecycle_;
  OwnedWorkers& owned_;
  int under_way_ = 0;
};

}  // namespace fencepost
