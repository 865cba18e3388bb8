// The store as WorkerLifecycle sees it: a WorkerStore that can also change workers.
//
// `Transition` is private, so that only WorkerLifecycle can call it and no component changes a
// worker's state without a fence. A store overrides it privately, too.
#pragma once

#include "absl/status/statusor.h"
#include "core/rules/replies.h"
#include "core/rules/request.h"
#include "core/seams/worker_store.h"

namespace fencepost {

class LifecycleStore : public WorkerStore {
 private:
  friend class WorkerLifecycle;

  // One compare-and-set in one round trip, its miss classified in it; never kStoreError or
  // kInDoubt, which are told by the status. Repeating the last operation that took effect (the
  // same id) changes nothing and gives kTransitioned again.
  virtual absl::StatusOr<TransitionReply> Transition(const TransitionRequest& request) = 0;
};

}  // namespace fencepost
