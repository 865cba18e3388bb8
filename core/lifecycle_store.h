// The store as WorkerLifecycle sees it: a WorkerStore that can also change workers.
//
// `Transition` is private, so nothing but WorkerLifecycle can call it: no component reaches a
// worker's state around its fence. A store overrides it privately, too.
#pragma once

#include <optional>

#include "absl/status/statusor.h"
#include "core/authority.h"
#include "core/outcome.h"
#include "core/request.h"
#include "core/worker_store.h"

namespace fencepost {

struct TransitionReply {
  TransitionOutcome outcome = TransitionOutcome::kStoreError;
  // The row after the change, or as it stood when the fence missed. Empty when it is missing.
  std::optional<WorkerSnapshot> row;
  // Set when the operation took effect and grants a lease.
  std::optional<WorkerLease> lease;
};

class LifecycleStore : public WorkerStore {
 private:
  friend class WorkerLifecycle;

  // One compare-and-set in one round trip, its miss classified in it; never kStoreError or
  // kInDoubt, which are told by the status. Repeating the last operation that took effect (the
  // same id) changes nothing and gives kTransitioned again.
  virtual absl::StatusOr<TransitionReply> Transition(const TransitionRequest& request) = 0;
};

}  // namespace fencepost
