// Finds workers that no longer answer, and ends them.
//
// Failures are counted under one lease: a worker that has changed hands, or whose epoch has been
// raised, starts again at none. A worker that drains refuses probes on purpose, which is no
// failure. A stale lease only drops local state.
#pragma once

#include "absl/status/statusor.h"
#include "core/lifecycle/lifecycle.h"
#include "core/lifecycle/owned_workers.h"
#include "core/rules/config.h"
#include "core/seams/runtime.h"
#include "core/seams/worker_rpc.h"
#include "core/seams/worker_store.h"

namespace fencepost {

class HealthChecker {
 public:
  HealthChecker(Runtime& runtime, const Config& config, WorkerStore& store, WorkerRpc& rpc,
                WorkerLifecycle& lifecycle, OwnedWorkers& owned)
      : runtime_(runtime),
        config_(config),
        store_(store),
        rpc_(rpc),
        lifecycle_(lifecycle),
        owned_(owned) {}

  // Probes every published worker whose lease is not checked out, several at once within the
  // configured bound. Returns how many were marked lost; Cancelled.
  absl::StatusOr<int> RunOnce();

 private:
  // True if the worker was ended; Cancelled.
  absl::StatusOr<bool> Check(const ManagedWorkerPtr& worker);
  // False only if the row shows that the lease is stale.
  absl::StatusOr<bool> LeaseHolds(const WorkerLease& lease);
  bool End(const ManagedWorkerPtr& worker, const WorkerLease& judged);

  Runtime& runtime_;
  const Config& config_;
  WorkerStore& store_;
  WorkerRpc& rpc_;
  WorkerLifecycle& lifecycle_;
  OwnedWorkers& owned_;
};

}  // namespace fencepost
