// A worker that seems to be stuck is not ended under a client.
#include "tests/core/choreography/rig.h"

namespace fencepost {
namespace {

using StuckWorkerTest = Rig;

// A worker that was taken over for a client that comes back is reserved for as long as its
// activation takes. The janitor once ended it as stuck while the client's session was active.
TEST_F(StuckWorkerTest, LivesForAsLongAsItsSessionDoes) {
  const std::unique_ptr<WorkerLifecycle> owner = Other("cp-2", 2);
  const WorkerLease lease = Hot();
  ASSERT_TRUE(store.OpenSession(Session("session-1"), lease, absl::Hours(1)).ok());
  store_now += config.cp_expiry;
  ASSERT_TRUE(store.Heartbeat(CpId("cp-2"), config.orphan_grace).ok());
  ASSERT_TRUE(store.ExpireControlPlanes(config.cp_expiry).ok());
  ASSERT_TRUE(owner->TakeOver(Look(lease.worker())).landed());
  store_now += config.stuck_activating;
  ASSERT_TRUE(store.Heartbeat(CpId("cp-2"), config.orphan_grace).ok());
  ASSERT_TRUE(RunJanitor(*owner).ok());
  EXPECT_EQ(StateOf(lease.worker()), WorkerState::kReserved);
  EXPECT_EQ(log.told.back(), TransitionOutcome::kFenceMissSession);
  ASSERT_TRUE(store.CloseSession(Session("session-1")).ok());
  ASSERT_TRUE(RunJanitor(*owner).ok());
  EXPECT_EQ(StateOf(lease.worker()), WorkerState::kRetired);
}

}  // namespace
}  // namespace fencepost
