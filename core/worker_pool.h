// One control plane's memory of the workers that it owns.
//
// Memory follows the row, never the other way round: an entry is made from a lease that the store
// has granted, and is changed only by what a transition has told. What is forgotten here is still
// in the store and is found there again. Belongs to one control plane's strand.
#pragma once

#include <memory>
#include <vector>

#include "absl/container/btree_map.h"
#include "absl/time/time.h"
#include "core/authority.h"
#include "core/ids.h"
#include "core/lease_cell.h"
#include "core/runtime.h"
#include "core/state.h"
#include "core/worker.h"

namespace fencepost {

struct ManagedWorker {
  ManagedWorker(Runtime& runtime, WorkerLease lease, const WorkerRow& row);

  const WorkerId id;
  const PodName pod_name;
  const Image image;
  Org org;
  PodUid pod_uid;
  WorkerState state;  // as the last transition told
  absl::Time credentials_expiry;
  LeaseCell cell;

  // Takes over what a transition showed of the row.
  void Learn(const WorkerRow& row);
};

using ManagedWorkerPtr = std::shared_ptr<ManagedWorker>;

class WorkerPool {
 public:
  explicit WorkerPool(Runtime& runtime) : runtime_(runtime) {}

  // The worker is ours under this lease. An entry from an earlier claim of the same worker is
  // replaced and its cell dropped: whoever still holds it acts on a lease that is no more.
  ManagedWorkerPtr Adopt(WorkerLease lease, const WorkerRow& row);
  // Drops local state only; the row is untouched. No effect on a later entry of the same worker.
  void Forget(const ManagedWorkerPtr& worker);

  ManagedWorkerPtr Find(WorkerId id) const;  // null when unknown
  std::vector<ManagedWorkerPtr> Workers() const;

  // No new work from here on.
  void Close() { closed_ = true; }
  bool closed() const { return closed_; }

 private:
  Runtime& runtime_;
  absl::btree_map<WorkerId, ManagedWorkerPtr> workers_;
  bool closed_ = false;
};

}  // namespace fencepost
