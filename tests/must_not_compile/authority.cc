// Snapshots, leases and fences that a program tries to make up.

#include <optional>
#include <utility>

#include "core/rules/authority.h"
#include "core/seams/worker_store.h"

namespace fencepost {

// What a program may do: move a fence on, and copy what it was given.
inline Fence Pass(Fence fence) { return fence; }
inline WorkerLease Keep(const WorkerLease& lease) { return lease; }

#ifdef FORGED_SNAPSHOT
WorkerSnapshot Forge() { return WorkerSnapshot(WorkerRow{}); }
#endif
#ifdef FORGED_SNAPSHOT_DEFAULT
WorkerSnapshot forged;
#endif
#ifdef FORGED_LEASE
WorkerLease Forge() { return WorkerLease(WorkerId{1}, CpId("cp-1"), Epoch{1}); }
#endif
#ifdef FORGED_LEASE_DEFAULT
WorkerLease forged;
#endif
#ifdef FORGED_FENCE
Fence Forge() {
  return Fence(WorkerId{1}, PodName("pod"), PodUid("uid"), FenceOrigin::kLandedTransition);
}
#endif
#ifdef FORGED_FENCE_DEFAULT
Fence forged;
#endif
#ifdef COPIED_FENCE
Fence Copy(const Fence& fence) { return fence; }
#endif
#ifdef ASSIGNED_FENCE
void Assign(Fence& to, const Fence& from) { to = from; }
#endif
#ifdef MINTED_SNAPSHOT
WorkerSnapshot Mint() { return WorkerStore::MintSnapshot(WorkerRow{}); }
#endif
#ifdef MINTED_LEASE
WorkerLease Mint() { return WorkerStore::MintLease(WorkerRow{}); }
#endif

}  // namespace fencepost
