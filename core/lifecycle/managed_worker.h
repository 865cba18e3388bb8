// What one control plane remembers of one worker that it owns.
//
// Memory follows the row: an entry is made from a lease that the store has granted, and changes
// only when a reply shows the row. Belongs to one control plane's strand.
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
  WorkerState state;  // as the last reply showed it
  Revision revision;  // of the row that this was learned from
  bool activated;     // an activation has begun at some time: the worker may hold its org's access
  // When its lease and credentials are to be refreshed, by this process's clock. In the infinite
  // past where that is not known, so that the next pass refreshes them.
  absl::Time refresh_at = absl::InfinitePast();
  int refresh_failures = 0;  // in a row
  // Failed health checks in a row since this control plane got the worker. A refresh of its own
  // lease does not start the count anew: a dead worker would then never be found dead.
  int health_failures = 0;
  int unreachable_failures = 0;  // those without an answer while others answered
  LeaseCell cell;

  // Updates this entry from a row that a reply showed, unless a newer one was learned already.
  void Learn(const WorkerRow& row);
};

using ManagedWorkerPtr = std::shared_ptr<ManagedWorker>;

}  // namespace fencepost
