// Transitions with the wrong authority, or around the lifecycle.

#include "core/lifecycle/lifecycle.h"

namespace fencepost {

// What a program may do.
inline void Legal(WorkerLifecycle& lifecycle, const WorkerLease& lease,
                  const WorkerSnapshot& seen) {
  static_cast<void>(lifecycle.Park(lease));
  static_cast<void>(lifecycle.RetireOrphan(seen, "orphan"));
}

#ifdef SNAPSHOT_AS_LEASE
void Wrong(WorkerLifecycle& lifecycle, const WorkerSnapshot& seen) {
  static_cast<void>(lifecycle.Park(seen));
}
#endif
#ifdef LEASE_AS_SNAPSHOT
void Wrong(WorkerLifecycle& lifecycle, const WorkerLease& lease) {
  static_cast<void>(lifecycle.RetireOrphan(lease, "orphan"));
}
#endif
#ifdef TRANSITION_THROUGH_WORKER_STORE
void Wrong(WorkerStore& store) { static_cast<void>(store.Transition(TransitionRequest{})); }
#endif
#ifdef TRANSITION_THROUGH_LIFECYCLE_STORE
void Wrong(LifecycleStore& store) { static_cast<void>(store.Transition(TransitionRequest{})); }
#endif

}  // namespace fencepost
