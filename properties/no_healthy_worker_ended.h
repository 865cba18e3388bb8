// A healthy worker is ended only for a reason that is about the worker or its owner's end, or for
// the room that it takes while nobody uses it.
//
// The property keeps its own account: of pods and of the workers' health from what the platform and
// the workers did, of control planes and sessions from their changes, and of how long a worker has
// been in its state from the store's own times. It reads neither the reason that the core gives nor
// the facts that the store reports. It does not judge a worker that is still spawning, which nobody
// can use yet, and it judges nothing without the settings that the system runs with.
#pragma once

#include <string>

#include "absl/container/btree_map.h"
#include "absl/time/time.h"
#include "core/events/worker_table.h"
#include "properties/demand.h"
#include "properties/ledger.h"
#include "properties/property.h"

namespace fencepost::properties {

class NoHealthyWorkerEnded : public Property {
 public:
  NoHealthyWorkerEnded()
      : Property(
            "no-healthy-worker-ended",
            "A worker whose pod lives and that is not ill is ended only for a reason of its "
            "own, idle for too long, another image, stuck, its owner leaving or gone, or because "
            "somebody waits for the room that it takes while it is parked.") {}

  void Reset() override;
  void On(const Event& event) override;

 private:
  struct Worker {
    PodUid pod;          // the one that was started last
    bool lives = false;  // it is not dying
    bool ill = false;
    bool was_ill = false;  // since the worker is in its present state
    bool end_ordered = false;
    absl::Time in_state_since;
  };
  struct Owner {
    bool leaves = false;  // it has begun to drain, or has ended in order
  };

  void OnCommit(const RowCommitted& commit);
  void OnControlPlane(const ControlPlaneRow& row);
  bool MayEnd(const Worker& worker, const RowCommitted& commit) const;
  bool InUse(WorkerId worker, absl::Time now) const;
  bool OwnerLeaves(const WorkerRow& before, absl::Time now) const;

  WorkerTable<Worker> workers_;
  absl::btree_map<CpId, Owner> owners_;
  Ledger ledger_;
  Demand demand_;
};

}  // namespace fencepost::properties
