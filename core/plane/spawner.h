// Makes workers: a slot in the store, a secret, a pod, wait until it is ready, publish.
//
// An image whose pods do not come up backs off, and is then tried by one spawn at a time; images
// take turns, so that none takes all of the spawning. The row comes first, so that everything that
// a crash leaves behind leads back to it: a row stuck in spawning, a pod or a secret whose row has
// ended. The worker's lease is checked out from the slot to the publication. Once the control plane
// takes no new work no spawn begins, and spawns that are under way stop and are left to the
// shutdown.
#pragma once

#include <cstdint>
#include <optional>

#include "absl/container/btree_map.h"
#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/events/event_sender.h"
#include "core/lifecycle/lifecycle.h"
#include "core/lifecycle/owned_workers.h"
#include "core/plane/backoff.h"
#include "core/rules/config.h"
#include "core/seams/credentials.h"
#include "core/seams/pod_runtime.h"
#include "core/seams/runtime.h"

namespace fencepost {

class Spawner {
 public:
  Spawner(Runtime& runtime, const Config& config, EventSender& events, PodRuntime& pods,
          SecretStore& secrets, WorkerLifecycle& lifecycle, OwnedWorkers& owned);

  // Spawns a worker for `org`, reserved. Tells `answered` what the store says when it is asked for
  // the slot, before the pod is made. ResourceExhausted: a cap leaves no room, or as many spawns
  // are under way as `spawn_parallelism` allows, all but one of them for one image; nothing has
  // begun then. Other errors: the image backs off, the slot was refused, or the worker did not come
  // up and was ended.
  absl::StatusOr<ManagedWorkerPtr> SpawnFor(const Org& org, const Image& image,
                                            absl::FunctionRef<void(ClaimOutcome)> answered);

  // Begins as many spawns as the configured warm targets ask for and the bound on parallelism
  // leaves room for, one of each image in turn, and returns without waiting for them. Cancelled, or
  // OK.
  absl::Status Replenish();

 private:
  bool HasRoom() const;
  // One place is left to the other images, if there are several places: an image whose pods hang
  // keeps its own places until their time is over.
  bool HasRoomFor(const Image& image) const;
  void Begin(const Image& image);
  void End(const Image& image);
  // Begins a spawn for the warm target; false when the image has enough, or backs off.
  absl::StatusOr<bool> SpawnWarm(const Image& image, std::int64_t target);
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
  ImageBackoff backoff_;
  int under_way_ = 0;
  absl::btree_map<Image, int> under_way_of_;  // no zeros
  Image last_warm_;                           // the image of the last spawn for a warm target
};

}  // namespace fencepost
