// What a store tells its observer: what truly happened, all of it, in order, and nothing else.

#include "tests/store_contract/store_events_contract.h"

namespace fencepost::store_contract {
namespace {

using enum TransitionOutcome;
using enum WorkerState;
using testing::ElementsAre;
using testing::IsEmpty;

TEST_P(StoreEventsContract, EveryChangeOfARowIsToldWithWhatWasBefore) {
  ControlPlane& cp = Start("cp-1");
  const WorkerLease lease = MakeWorker(cp, kHot);
  EXPECT_THAT(TakeNames(),
              ElementsAre("cp-1: none to active", "create_org_slot", "publish_reserved",
                          "begin_activation", "finish_activation"));
  ASSERT_EQ(recorder.commits.size(), 4U);
  EXPECT_FALSE(recorder.commits[0].has_request);
  EXPECT_FALSE(recorder.commits[0].before.has_value());
  for (std::size_t i = 1; i < 4; ++i) {
    EXPECT_TRUE(recorder.commits[i].has_request);
    EXPECT_EQ(*recorder.commits[i].before, recorder.commits[i - 1].after);
    EXPECT_EQ(recorder.commits[i].after.last_operation, recorder.commits[i].id);
    EXPECT_FALSE(recorder.commits[i].facts.owner_gone);
    EXPECT_FALSE(recorder.commits[i].facts.live_session);
  }
  EXPECT_EQ(recorder.commits[3].after, store.Observe(lease.worker()).value()->row());
}

TEST_P(StoreEventsContract, ARefusalIsToldAndARepetitionIsNot) {
  ControlPlane& cp = Start("cp-1");
  const WorkerLease lease = MakeWorker(cp, kHot);
  TakeNames();
  ASSERT_EQ(store.OpenSession(Held("s"), lease, kTtl)->outcome, kTransitioned);
  ASSERT_EQ(store.OpenSession(Held("s"), lease, kTtl)->outcome, kTransitioned);
  EXPECT_EQ(cp->Park(lease).outcome, kFenceMissSession);
  EXPECT_TRUE(recorder.refused_facts.live_session);
  EXPECT_FALSE(recorder.refused_facts.owner_gone);
  cp.LoseNextReply();
  ASSERT_TRUE(cp->RefreshLease(lease).landed());
  EXPECT_THAT(TakeNames(),
              ElementsAre("s: none to active", "refused fence_miss_session", "refresh_lease"));
}

TEST_P(StoreEventsContract, TheFactsBesideTheRowAreToldWhetherOrNotTheyCount) {
  ControlPlane& cp = Start("cp-1");
  const WorkerLease lease = MakeWorker(cp, kHot);
  ASSERT_EQ(store.OpenSession(Held("s"), lease, kTtl)->outcome, kTransitioned);
  ASSERT_TRUE(store.DeregisterControlPlane(cp.id()).ok());
  ASSERT_TRUE(cp->Drain(lease, SessionRule::kIgnoreSessions, "").landed());
  EXPECT_TRUE(recorder.commits.back().facts.live_session);
  EXPECT_TRUE(recorder.commits.back().facts.owner_gone);
}

TEST_P(StoreEventsContract, AClaimIsACommitWithoutARequest) {
  ControlPlane& cp = Start("cp-1");
  const WorkerLease lease = MakeWorker(cp, kHot);
  ASSERT_TRUE(cp->Park(lease).landed());
  ASSERT_TRUE(cp->ClaimHotIdle(Org("org-a"), Image()).claimed());
  ASSERT_FALSE(cp->ClaimHotIdle(Org("org-a"), Image()).claimed());
  const EventRecorder::Commit& claim = recorder.commits.back();
  EXPECT_EQ(claim.operation, Operation::kClaimHotIdle);
  EXPECT_FALSE(claim.has_request);
  EXPECT_EQ(claim.before->state, kHotIdle);
  EXPECT_EQ(claim.after.state, kReserved);
}

TEST_P(StoreEventsContract, ChangesOfControlPlanesAreToldAndHeartbeatsAreNot) {
  Start("cp-1");
  Start("cp-2");
  TakeNames();
  const CpId first("cp-1");
  ASSERT_TRUE(store.RegisterControlPlane(first, BootId{1}).ok());
  ASSERT_TRUE(store.Heartbeat(first, kTtl).ok());
  EXPECT_THAT(TakeNames(), IsEmpty());
  Advance(kTtl);
  ASSERT_TRUE(store.ExpireControlPlanes(kTtl).ok());
  EXPECT_THAT(TakeNames(), ElementsAre("cp-1: active to expired", "cp-2: active to expired"));
  ASSERT_TRUE(store.Heartbeat(first, kTtl).ok());
  ASSERT_TRUE(store.BeginDrain(first).ok());
  ASSERT_TRUE(store.BeginDrain(first).ok());
  Advance(kTtl);
  ASSERT_TRUE(store.ExpireOverdueDrains(kTtl).ok());
  ASSERT_TRUE(store.DeregisterControlPlane(CpId("cp-2")).ok());
  ASSERT_TRUE(store.DeregisterControlPlane(CpId("cp-2")).ok());
  EXPECT_THAT(TakeNames(), ElementsAre("cp-1: expired to active", "cp-1: active to draining",
                                       "cp-1: draining to expired", "cp-2: expired to expired"));
}

TEST_P(StoreEventsContract, ChangesOfSessionsAreTold) {
  ControlPlane& cp = Start("cp-1");
  const WorkerLease lease = MakeWorker(cp, kHot);
  TakeNames();
  const SessionHandle s = Held("s");
  ASSERT_TRUE(store.OpenSession(s, lease, kTtl).ok());
  ASSERT_TRUE(store.DisconnectSession(s, kTtl).ok());
  ASSERT_TRUE(store.DisconnectSession(s, kTtl).ok());
  ASSERT_TRUE(store.ReclaimSession(s, lease, kTtl).ok());
  ASSERT_TRUE(store.RenewSessions(cp.id(), {s}, kTtl)->empty());
  ASSERT_TRUE(store.CloseSession(s).ok());
  ASSERT_TRUE(store.CloseSession(s).ok());
  ASSERT_TRUE(store.OpenSession(Held("t"), lease, kTtl).ok());
  Advance(kTtl);
  ASSERT_EQ(store.ExpireSessions()->size(), 1U);
  EXPECT_THAT(TakeNames(),
              ElementsAre("s: none to active", "s: active to reconnecting",
                          "s: reconnecting to active", "s: active to active", "s: active to closed",
                          "t: none to active", "t: active to expired"));
}

}  // namespace
}  // namespace fencepost::store_contract
