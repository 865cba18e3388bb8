// A worker that is given back: as idle before its first activation, as parked for its org after it.

#include "tests/store_contract/store_contract.h"

namespace fencepost::store_contract {
namespace {

using enum TransitionOutcome;
using enum WorkerState;

TEST_P(StoreContract, AWorkerThatWasNeverActivatedIsReturnedToEverybody) {
  ControlPlane& cp = Start("cp-1");
  cp.config.caps.per_org = 1;
  const WorkerLease idle = MakeUnboundIdle(cp);
  const ClaimResult claim = cp->ClaimIdle(Org("org-a"), Image("image-1"));
  ASSERT_TRUE(claim.claimed());
  Advance(absl::Seconds(1));
  const WorkerRow before = RowOf(idle);
  ASSERT_TRUE(cp->ReturnIdle(*claim.lease).landed());
  const WorkerRow after = RowOf(idle);
  EXPECT_EQ(after.state, kIdle);
  EXPECT_TRUE(after.org.empty());
  EXPECT_EQ(after.owner_cp, before.owner_cp);
  EXPECT_EQ(after.owner_epoch, before.owner_epoch);
  EXPECT_EQ(after.state_since, now);
  // It takes no room under the cap of its former org, and another org may have it.
  EXPECT_TRUE(cp->CreateOrgSlot(Org("org-a"), Image("image-2")).claimed());
  const ClaimResult other = cp->ClaimIdle(Org("org-b"), Image("image-1"));
  ASSERT_TRUE(other.claimed());
  EXPECT_EQ(other.lease->worker(), idle.worker());
  EXPECT_EQ(RowOf(idle).org, Org("org-b"));
}

TEST_P(StoreContract, AWorkerThatWasOnceActivatedIsReturnedToItsOrgOnly) {
  ControlPlane& cp = Start("cp-1");
  MakeWorker(cp, kHotIdle);
  const ClaimResult claim = cp->ClaimHotIdle(Org("org-a"), Image());
  ASSERT_TRUE(claim.claimed());
  const WorkerRow before = RowOf(*claim.lease);
  EXPECT_EQ(cp->ReturnIdle(*claim.lease).outcome, kFenceMissState);
  EXPECT_EQ(RowOf(*claim.lease), before);
  ASSERT_TRUE(cp->ReturnHotIdle(*claim.lease).landed());
  EXPECT_EQ(RowOf(*claim.lease).state, kHotIdle);
  EXPECT_EQ(RowOf(*claim.lease).org, Org("org-a"));
  EXPECT_FALSE(cp->ClaimHotIdle(Org("org-b"), Image()).claimed());
  EXPECT_TRUE(cp->ClaimHotIdle(Org("org-a"), Image()).claimed());
}

TEST_P(StoreContract, AnActivationThatHasBegunIsReturnedToItsOrgOnly) {
  ControlPlane& cp = Start("cp-1");
  const WorkerLease lease = MakeWorker(cp, kActivating);
  EXPECT_EQ(cp->ReturnIdle(lease).outcome, kFenceMissState);
  ASSERT_TRUE(cp->ReturnHotIdle(lease).landed());
  EXPECT_EQ(RowOf(lease).state, kHotIdle);
}

TEST_P(StoreContract, AWorkerUnderASessionIsNotReturned) {
  ControlPlane& first = Start("cp-1");
  ControlPlane& second = Start("cp-2");
  const WorkerLease hot = MakeWorker(first, kHot);
  ASSERT_EQ(store.OpenSession(Held("s"), hot, kTtl)->outcome, kTransitioned);
  ASSERT_TRUE(store.DeregisterControlPlane(first.id()).ok());
  const TransitionResult taken = second->TakeOver(Look(hot));
  ASSERT_TRUE(taken.landed());
  const WorkerRow before = RowOf(hot);
  EXPECT_EQ(second->ReturnHotIdle(*taken.lease).outcome, kFenceMissSession);
  EXPECT_EQ(RowOf(hot), before);
  Advance(kTtl);
  EXPECT_TRUE(second->ReturnHotIdle(*taken.lease).landed());
  EXPECT_EQ(RowOf(Held("s")).state, SessionState::kExpired);
}

TEST_P(StoreContract, AStaleLeaseReturnsNothing) {
  ControlPlane& first = Start("cp-1");
  ControlPlane& second = Start("cp-2");
  const WorkerLease stale = MakeWorker(first, kHotIdle);
  const WorkerLease claimed = *second->ClaimHotIdle(Org("org-a"), Image()).lease;
  const WorkerRow before = RowOf(claimed);
  EXPECT_EQ(first->ReturnHotIdle(stale).outcome, kFenceMissOwner);
  EXPECT_EQ(RowOf(claimed), before);
}

}  // namespace
}  // namespace fencepost::store_contract
