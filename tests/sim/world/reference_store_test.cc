// The reference store: claims, caps, control planes, sessions, listings, leadership, retention.

#include "sim/world/reference_store.h"

#include <gmock/gmock.h>

#include "tests/core/choreography/rig.h"

namespace fencepost {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;
using enum TransitionOutcome;

SessionHandle Held(const std::string& token) {
  return {{Org("org-a"), SessionToken(token)}, {BootId{88}, 1}};
}

class ReferenceStoreTest : public Rig {
 protected:
  static Image TheImage() { return Image("image-1"); }
  WorkerLease Idle() {
    const WorkerLease lease = *lifecycle->CreateWarmSlot(TheImage(), 100).lease;
    EXPECT_TRUE(lifecycle->PublishIdle(lease, PodUid("uid")).landed());
    return lease;
  }
  std::vector<WorkerId> Ids(const std::vector<WorkerSnapshot>& rows) {
    std::vector<WorkerId> ids;
    for (const WorkerSnapshot& row : rows) ids.push_back(row.row().worker_id);
    return ids;
  }
};

// ---- Creates and claims ------------------------------------------------------------------------

TEST_F(ReferenceStoreTest, OnlyAnActiveControlPlaneBecomesAnOwner) {
  Idle();
  ASSERT_TRUE(store.BeginDrain(CpId("cp-1")).ok());
  EXPECT_EQ(lifecycle->CreateOrgSlot(Org("o"), TheImage()).outcome, ClaimOutcome::kOwnerNotActive);
  EXPECT_EQ(lifecycle->ClaimIdle(Org("o"), TheImage()).outcome, ClaimOutcome::kOwnerNotActive);
  EXPECT_EQ(lifecycle->ClaimHotIdle(Org("o"), Image()).outcome, ClaimOutcome::kOwnerNotActive);
}

TEST_F(ReferenceStoreTest, CapsAreExactAndTheOrgsIsToldFirst) {
  config.caps = {.per_org = 2, .global = 2};
  EXPECT_TRUE(lifecycle->CreateOrgSlot(Org("o"), TheImage()).claimed());
  EXPECT_TRUE(lifecycle->CreateOrgSlot(Org("o"), TheImage()).claimed());
  EXPECT_EQ(lifecycle->CreateOrgSlot(Org("o"), TheImage()).outcome, ClaimOutcome::kOrgCap);
  EXPECT_EQ(lifecycle->CreateOrgSlot(Org("p"), TheImage()).outcome, ClaimOutcome::kGlobalCap);
  EXPECT_EQ(lifecycle->CreateWarmSlot(TheImage(), 9).outcome, ClaimOutcome::kGlobalCap);
}

TEST_F(ReferenceStoreTest, AnEndedWorkerFreesItsPlace) {
  config.caps = {.per_org = 1, .global = 1};
  const WorkerLease lease = *lifecycle->CreateOrgSlot(Org("o"), TheImage()).lease;
  ASSERT_TRUE(lifecycle->MarkLost(lease, "").landed());
  EXPECT_TRUE(lifecycle->CreateOrgSlot(Org("o"), TheImage()).claimed());
}

TEST_F(ReferenceStoreTest, AnOrgsOwnParkedWorkerTakesNoMoreRoom) {
  config.caps.per_org = 1;
  ASSERT_TRUE(lifecycle->Park(Hot()).landed());
  Idle();
  EXPECT_EQ(lifecycle->ClaimIdle(Org("org-a"), TheImage()).outcome, ClaimOutcome::kOrgCap);
  EXPECT_TRUE(lifecycle->ClaimHotIdle(Org("org-a"), Image()).claimed());
}

TEST_F(ReferenceStoreTest, AClaimTakesTheLowestWorkerOfTheImageAndBindsIt) {
  const WorkerLease first = Idle();
  Idle();
  EXPECT_EQ(lifecycle->ClaimIdle(Org("o"), Image("other")).outcome, ClaimOutcome::kNoneAvailable);
  const ClaimResult claim = lifecycle->ClaimIdle(Org("o"), TheImage());
  ASSERT_TRUE(claim.claimed());
  EXPECT_EQ(claim.lease->worker(), first.worker());
  EXPECT_EQ(claim.lease->epoch(), Next(first.epoch()));
  EXPECT_EQ(claim.row->row().org, Org("o"));
  EXPECT_EQ(claim.row->row().state, WorkerState::kReserved);
}

TEST_F(ReferenceStoreTest, AParkedWorkerIsClaimedByItsOwnOrgOnly) {
  ASSERT_TRUE(lifecycle->Park(Hot()).landed());
  EXPECT_EQ(lifecycle->ClaimHotIdle(Org("org-b"), Image()).outcome, ClaimOutcome::kNoneAvailable);
  EXPECT_EQ(lifecycle->ClaimHotIdle(Org("org-a"), Image("other")).outcome,
            ClaimOutcome::kNoneAvailable);
  EXPECT_TRUE(lifecycle->ClaimHotIdle(Org("org-a"), TheImage()).claimed());
}

TEST_F(ReferenceStoreTest, GhostsDoNotCountAsWarm) {
  const std::unique_ptr<WorkerLifecycle> other = Other("cp-2", 2);
  ASSERT_TRUE(other->CreateWarmSlot(TheImage(), 1).claimed());
  EXPECT_EQ(lifecycle->CreateWarmSlot(TheImage(), 1).outcome, ClaimOutcome::kWarmTargetMet);
  EXPECT_TRUE(lifecycle->CreateWarmSlot(Image("other"), 1).claimed());
  ASSERT_TRUE(store.DeregisterControlPlane(CpId("cp-2")).ok());
  EXPECT_TRUE(lifecycle->CreateWarmSlot(TheImage(), 1).claimed());
}

TEST_F(ReferenceStoreTest, BadRequestsAreRefused) {
  EXPECT_TRUE(absl::IsInvalidArgument(lifecycle->CreateOrgSlot(Org("o"), Image()).error));
  EXPECT_TRUE(absl::IsInvalidArgument(lifecycle->ClaimIdle(Org(), TheImage()).error));
  EXPECT_TRUE(absl::IsInvalidArgument(lifecycle->ClaimIdle(Org("o"), Image()).error));
  EXPECT_TRUE(absl::IsInvalidArgument(store.RegisterControlPlane(CpId(), BootId{1})));
  EXPECT_TRUE(absl::IsInvalidArgument(store.ListOrphans(absl::Seconds(1), 0).status()));
  EXPECT_TRUE(absl::IsInvalidArgument(store.ListOrphans(absl::Seconds(-1), 1).status()));
  EXPECT_TRUE(absl::IsInvalidArgument(
      store.ListByStateAge(WorkerState::kHot, absl::Seconds(-1), 1).status()));
  EXPECT_TRUE(absl::IsInvalidArgument(store.ForgetWorkers(absl::ZeroDuration(), 0).status()));
  EXPECT_TRUE(absl::IsInvalidArgument(store.ExpireControlPlanes(absl::Seconds(-1)).status()));
}

// ---- Control planes ----------------------------------------------------------------------------

TEST_F(ReferenceStoreTest, ANameBelongsToOneIncarnation) {
  EXPECT_TRUE(store.RegisterControlPlane(CpId("cp-1"), BootId{1}).ok());
  EXPECT_TRUE(absl::IsAlreadyExists(store.RegisterControlPlane(CpId("cp-1"), BootId{2})));
  EXPECT_TRUE(absl::IsNotFound(store.Heartbeat(CpId("nobody"), absl::Seconds(1)).status()));
}

TEST_F(ReferenceStoreTest, AMissedHeartbeatIsMadeGoodOnlyWithinTheGrace) {
  store_now += config.cp_expiry;
  EXPECT_THAT(store.ExpireControlPlanes(config.cp_expiry).value(), ElementsAre(CpId("cp-1")));
  EXPECT_THAT(store.ExpireControlPlanes(config.cp_expiry).value(), IsEmpty());
  store_now += config.orphan_grace - absl::Nanoseconds(1);
  EXPECT_EQ(store.Heartbeat(CpId("cp-1"), config.orphan_grace).value(), CpState::kActive);
  store_now += config.cp_expiry;
  ASSERT_TRUE(store.ExpireControlPlanes(config.cp_expiry).ok());
  store_now += config.orphan_grace;
  EXPECT_EQ(store.Heartbeat(CpId("cp-1"), config.orphan_grace).value(), CpState::kExpired);
}

TEST_F(ReferenceStoreTest, ADrainIsNeverUndone) {
  ASSERT_TRUE(store.BeginDrain(CpId("cp-1")).ok());
  EXPECT_EQ(store.Heartbeat(CpId("cp-1"), config.orphan_grace).value(), CpState::kDraining);
  store_now += config.cp_expiry;
  ASSERT_TRUE(store.ExpireControlPlanes(config.cp_expiry).ok());
  EXPECT_EQ(store.Heartbeat(CpId("cp-1"), config.orphan_grace).value(), CpState::kDraining);
  store_now += config.overdue_drain;
  EXPECT_THAT(store.ExpireOverdueDrains(config.overdue_drain).value(), ElementsAre(CpId("cp-1")));
  EXPECT_EQ(store.Heartbeat(CpId("cp-1"), config.orphan_grace).value(), CpState::kExpired);
  EXPECT_TRUE(absl::IsFailedPrecondition(store.BeginDrain(CpId("cp-1"))));
}

TEST_F(ReferenceStoreTest, ADeregisteredInstanceNeverRevives) {
  store_now += config.cp_expiry;
  ASSERT_TRUE(store.ExpireControlPlanes(config.cp_expiry).ok());
  ASSERT_TRUE(store.DeregisterControlPlane(CpId("cp-1")).ok());
  EXPECT_EQ(store.Heartbeat(CpId("cp-1"), config.orphan_grace).value(), CpState::kExpired);
}

TEST_F(ReferenceStoreTest, AnInstanceIsForgottenOnceItOwnsNothing) {
  const WorkerLease lease = Hot();
  ASSERT_TRUE(store.DeregisterControlPlane(CpId("cp-1")).ok());
  EXPECT_EQ(store.ForgetControlPlanes(absl::ZeroDuration()).value(), 0);
  ASSERT_TRUE(lifecycle->MarkLost(lease, "").landed());
  EXPECT_EQ(store.ForgetControlPlanes(absl::Seconds(1)).value(), 0);
  store_now += absl::Seconds(1);
  EXPECT_EQ(store.ForgetControlPlanes(absl::Seconds(1)).value(), 1);
  EXPECT_THAT(store.ListControlPlanes().value(), IsEmpty());
}

// ---- Orphans and listings ----------------------------------------------------------------------

TEST_F(ReferenceStoreTest, AWorkerIsAnOrphanWhenNobodyCanStillWantIt) {
  const WorkerLease plain = Hot();
  const WorkerLease visited = Hot();
  ASSERT_TRUE(store.OpenSession(Held("s"), visited, absl::Hours(1)).ok());
  const std::unique_ptr<WorkerLifecycle> other = Other("cp-2", 2);
  const auto orphans = [&] { return Ids(store.ListOrphans(config.orphan_grace, 10).value()); };
  EXPECT_THAT(orphans(), IsEmpty());
  ASSERT_TRUE(store.DeregisterControlPlane(CpId("cp-1")).ok());
  EXPECT_THAT(orphans(), IsEmpty());  // within the grace
  store_now += config.orphan_grace;
  EXPECT_THAT(orphans(), ElementsAre(plain.worker()));
  EXPECT_EQ(other->RetireOrphan(Look(visited.worker()), "").outcome, kFenceMissSession);
  store_now += absl::Hours(1);  // the session has run out, marked as expired or not
  EXPECT_THAT(orphans(), ElementsAre(plain.worker(), visited.worker()));
  EXPECT_THAT(store.ListOrphans(config.orphan_grace, 1).value(), SizeIs(1));
  EXPECT_TRUE(other->RetireOrphan(Look(visited.worker()), "").landed());
}

TEST_F(ReferenceStoreTest, ListingsByAgeBeginWithTheLongest) {
  const WorkerLease first = Hot();
  const WorkerLease second = Hot();
  store_now += absl::Seconds(5);
  ASSERT_TRUE(lifecycle->Park(second).landed());
  store_now += absl::Seconds(5);
  ASSERT_TRUE(lifecycle->Park(first).landed());
  const auto parked = [&](absl::Duration age) {
    return Ids(store.ListByStateAge(WorkerState::kHotIdle, age, 10).value());
  };
  EXPECT_THAT(parked(absl::ZeroDuration()), ElementsAre(second.worker(), first.worker()));
  EXPECT_THAT(parked(absl::Seconds(5)), ElementsAre(second.worker()));
  // A refresh does not make the parked worker younger.
  ASSERT_TRUE(lifecycle->RefreshLease(second).landed());
  EXPECT_THAT(parked(absl::Seconds(5)), ElementsAre(second.worker()));
  EXPECT_THAT(store.ListOwned(CpId("cp-1")).value(), SizeIs(2));
  EXPECT_THAT(Ids(store.ListOtherImages({Image("image-2")}, 10).value()),
              ElementsAre(first.worker(), second.worker()));
  EXPECT_THAT(store.ListOtherImages({TheImage()}, 10).value(), IsEmpty());
}

TEST_F(ReferenceStoreTest, RetentionRemovesTheLongestEndedWithTheirSessions) {
  const WorkerLease first = Hot();
  ASSERT_TRUE(store.OpenSession(Held("s"), first, absl::Hours(1)).ok());
  ASSERT_TRUE(lifecycle->MarkLost(first, "").landed());
  store_now += absl::Seconds(1);
  const WorkerLease second = Hot();
  ASSERT_TRUE(lifecycle->MarkLost(second, "").landed());
  EXPECT_EQ(store.ForgetWorkers(absl::ZeroDuration(), 1).value(), 1);
  EXPECT_FALSE(store.Observe(first.worker())->has_value());
  EXPECT_FALSE(store.FindSession(Held("s").id)->has_value());
  EXPECT_TRUE(store.Observe(second.worker())->has_value());
  EXPECT_GT(Number(Hot().worker()), Number(second.worker()));  // ids are not used again
}

// ---- Sessions ----------------------------------------------------------------------------------

TEST_F(ReferenceStoreTest, AWorkerHasOneLiveSession) {
  const WorkerLease lease = Hot();
  const auto open = [&](const char* token) {
    return store.OpenSession(Held(token), lease, absl::Seconds(60))->outcome;
  };
  EXPECT_EQ(open("one"), kTransitioned);
  EXPECT_EQ(open("one"), kTransitioned);  // the same session again
  EXPECT_EQ(open("two"), kFenceMissSession);
  ASSERT_EQ(store.CloseSession(Held("one"))->outcome, kTransitioned);
  EXPECT_EQ(open("one"), kFenceMissSession);  // a closed session is not opened again
  EXPECT_EQ(open("two"), kTransitioned);
  EXPECT_THAT(store.ListSessions(lease.worker()).value(), SizeIs(2));
}

TEST_F(ReferenceStoreTest, ASessionNeedsTheCurrentLeaseOfAHotWorker) {
  const WorkerLease lease = Hot();
  const SessionHandle session = Held("s");
  const auto open = [&](const WorkerLease& under) {
    return store.OpenSession(session, under, absl::Seconds(60))->outcome;
  };
  EXPECT_EQ(open(Spawning()), kFenceMissState);
  const TransitionResult refreshed = lifecycle->RefreshLease(lease);
  EXPECT_EQ(open(lease), kFenceMissEpoch);
  const std::unique_ptr<WorkerLifecycle> other = Other("cp-2", 2);
  ASSERT_TRUE(store.DeregisterControlPlane(CpId("cp-1")).ok());
  const TransitionResult taken = other->TakeOver(Look(lease.worker()));
  ASSERT_TRUE(other->BeginActivation(*taken.lease).landed());
  ASSERT_TRUE(other->FinishActivation(*taken.lease, store_now).landed());
  EXPECT_EQ(open(*refreshed.lease), kFenceMissOwner);
  EXPECT_EQ(open(*taken.lease), kTransitioned);
}

TEST_F(ReferenceStoreTest, AClientMayComeBackUntilItsSessionRunsOut) {
  const WorkerLease lease = Hot();
  const SessionHandle session = Held("s");
  EXPECT_EQ(store.DisconnectSession(session, absl::Seconds(9))->outcome, kRowMissing);
  ASSERT_EQ(store.OpenSession(session, lease, absl::Seconds(60))->outcome, kTransitioned);
  ASSERT_EQ(store.DisconnectSession(session, absl::Seconds(10))->outcome, kTransitioned);
  EXPECT_EQ(lifecycle->Park(lease).outcome, kFenceMissSession);
  store_now += absl::Seconds(9);
  EXPECT_EQ(store.ReclaimSession(session, lease, absl::Seconds(10))->outcome, kTransitioned);
  EXPECT_THAT(store.RenewSessions(CpId("cp-1"), {session}, absl::Seconds(20)).value(), IsEmpty());
  store_now += absl::Seconds(20);
  EXPECT_THAT(store.RenewSessions(CpId("cp-1"), {session}, absl::Seconds(20)).value(), SizeIs(1));
  EXPECT_EQ(store.ReclaimSession(session, lease, absl::Seconds(10))->outcome, kFenceMissSession);
  EXPECT_THAT(store.ExpireSessions().value(), SizeIs(1));
  EXPECT_THAT(store.ExpireSessions().value(), IsEmpty());
  EXPECT_EQ(store.FindSession(session.id).value()->state, SessionState::kExpired);
  EXPECT_TRUE(lifecycle->Park(lease).landed());
}

// ---- Leadership --------------------------------------------------------------------------------

TEST_F(ReferenceStoreTest, TheTermRisesWithEachChangeOfTheLeader) {
  const auto lead = [&](const char* cp) {
    return store.AcquireLeadership(CpId(cp), absl::Seconds(10)).value();
  };
  EXPECT_TRUE(lead("cp-1").leads);
  EXPECT_EQ(lead("cp-1").term, Term{1});
  EXPECT_FALSE(lead("cp-2").leads);
  EXPECT_EQ(lead("cp-2").leader, CpId("cp-1"));
  store_now += absl::Seconds(10);
  EXPECT_EQ(lead("cp-2").term, Term{2});
  ASSERT_TRUE(
      store.ResignLeadership(CpId("cp-2"), Term{1}).ok());  // no effect: the term is an old one
  EXPECT_FALSE(lead("cp-1").leads);
  ASSERT_TRUE(store.ResignLeadership(CpId("cp-2"), Term{2}).ok());
  EXPECT_EQ(lead("cp-1").term, Term{3});
}

}  // namespace
}  // namespace fencepost
