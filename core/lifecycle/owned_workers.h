// One control plane's memory of the workers that it owns.
//
// A worker that is forgotten here is still in the store, and the upkeep finds it there. Belongs to
// one control plane's strand.
#pragma once

#include <functional>
#include <utility>
#include <vector>

#include "absl/container/btree_map.h"
#include "core/lifecycle/managed_worker.h"
#include "core/rules/authority.h"
#include "core/rules/ids.h"
#include "core/rules/worker.h"
#include "core/seams/runtime.h"

namespace fencepost {

class OwnedWorkers {
 public:
  using OnForgotten = std::function<void(const ManagedWorker&)>;

  // `on_forgotten`, which may be empty, is called for each worker that has left the memory.
  explicit OwnedWorkers(Runtime& runtime, OnForgotten on_forgotten = {})
      : runtime_(runtime), on_forgotten_(std::move(on_forgotten)) {}

  // Remembers the worker under this lease. An entry from an earlier claim of the same worker is
  // replaced and its cell dropped, because the earlier lease is stale.
  ManagedWorkerPtr Adopt(WorkerLease lease, const WorkerRow& row);
  // Drops local state only; the row is untouched. Has no effect on a later entry of the same
  // worker.
  void Forget(const ManagedWorkerPtr& worker);
  void ForgetAll();

  ManagedWorkerPtr Find(WorkerId id) const;  // null when unknown
  std::vector<ManagedWorkerPtr> Workers() const;

  // No new work begins from now on.
  void Close() { closed_ = true; }
  bool closed() const { return closed_; }

 private:
  void Forgotten(const ManagedWorkerPtr& worker);

  Runtime& runtime_;
  const OnForgotten on_forgotten_;
  absl::btree_map<WorkerId, ManagedWorkerPtr> workers_;
  bool closed_ = false;
};

}  // namespace fencepost
