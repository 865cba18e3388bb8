// What one control plane remembers of one worker that it owns.
//
// Memory follows the row: an entry is made from a lease that the store has granted, and changes
// only by what a transition has told. Belongs to one control plane's strand.
#pragma once

#include <memory>

#include "absl/time/time.h"
#include "core/lifecycle/lease_cell.h"
#include "core/rules/authority.h"
#include "core/rules/ids.h"
#include "core/rules/state.h"
#include "core/rules/worker.h"
#include "core/seams/runtime.h"

namespace fencepost {

struct ManagedWorker {
  ManagedWorker(Runtime& runtime, WorkerLease lease, const WorkerRow& row);

  const WorkerId id;
  const PodName pod_name;
  const Image image;
  Org org;
  PodUid pod_uid;
  WorkerState state;  // as the last transition told
  Revision revision;  // of the row that this was learned from
  // When its lease and credentials are to be refreshed, by this process's clock. The infinite past:
  // not known here, so at the next pass.
  absl::Time refresh_at = absl::InfinitePast();
  // Failed health checks in a row, all under one lease.
  int health_failures = 0;
  Epoch health_epoch{};
  LeaseCell cell;

  // Takes over what a reply showed of the row, unless something newer is known already.
  void Learn(const WorkerRow& row);
};

using ManagedWorkerPtr = std::shared_ptr<ManagedWorker>;

}  // namespace fencepost
