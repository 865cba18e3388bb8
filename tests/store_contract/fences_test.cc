// Each reason for a miss, which of several is told, and operation ids.

#include "tests/store_contract/store_contract.h"

namespace fencepost::store_contract {
namespace {

using enum TransitionOutcome;
using enum WorkerState;

// ---- Leases ------------------------------------------------------------------------------------

TEST_P(StoreContract, ALeaseOfAnotherOwnerMissesTheOwner) {
  ControlPlane& first = Start("cp-1");
  ControlPlane& second = Start("cp-2");
  const WorkerLease stale = MakeWorker(first, kHotIdle);
  const WorkerLease current = *second->ClaimHotIdle(Org("org-a"), Image()).lease;
  EXPECT_EQ(current.epoch(), Next(stale.epoch()));
  const WorkerRow before = RowOf(current);
  const TransitionResult missed = first->Drain(stale, SessionRule::kIgnoreSessions, "");
  EXPECT_EQ(missed.outcome, kFenceMissOwner);
  EXPECT_EQ(missed.row->row(), before);
  EXPECT_FALSE(missed.fence.has_value());
  EXPECT_EQ(RowOf(current), before);
}

TEST_P(StoreContract, ALeaseOfAnotherEpochMissesTheEpoch) {
  ControlPlane& cp = Start("cp-1");
  const WorkerLease stale = MakeWorker(cp, kHot);
  const WorkerLease current = *cp->RefreshLease(stale).lease;
  EXPECT_EQ(cp->RefreshLease(stale).outcome, kFenceMissEpoch);
  EXPECT_EQ(cp->Park(stale).outcome, kFenceMissEpoch);
  EXPECT_TRUE(cp->Park(current).landed());
}

TEST_P(StoreContract, AStateThatIsNotEligibleIsToldBeforeAStaleLease) {
  ControlPlane& cp = Start("cp-1");
  const WorkerLease stale = MakeWorker(cp, kHot);
  ASSERT_TRUE(cp->RefreshLease(stale).landed());
  EXPECT_EQ(cp->BeginActivation(stale).outcome, kFenceMissState);
}

TEST_P(StoreContract, AnOwnerIsToldBeforeAnEpochAndAnEpochBeforeASession) {
  ControlPlane& first = Start("cp-1");
  ControlPlane& second = Start("cp-2");
  const WorkerLease old = MakeWorker(first, kHotIdle);
  const WorkerLease claimed = *second->ClaimHotIdle(Org("org-a"), Image()).lease;
  ASSERT_TRUE(second->BeginActivation(claimed).landed());
  ASSERT_TRUE(second->FinishActivation(claimed, now).landed());
  EXPECT_EQ(first->Park(old).outcome, kFenceMissOwner);
  ASSERT_EQ(store.OpenSession(Held("s"), claimed, kTtl)->outcome, kTransitioned);
  ASSERT_TRUE(second->RefreshLease(claimed).landed());
  EXPECT_EQ(second->Park(claimed).outcome, kFenceMissEpoch);
}

// ---- Snapshots ---------------------------------------------------------------------------------

TEST_P(StoreContract, ASnapshotMissesWhatHasChangedMost) {
  ControlPlane& cp = Start("cp-1");
  ControlPlane& other = Start("cp-2");
  const WorkerLease lease = MakeWorker(cp, kHot);
  const WorkerSnapshot hot = Look(lease);
  ASSERT_TRUE(cp->StampCredentials(lease, now + kTtl).landed());
  EXPECT_EQ(cp->RetireFromSnapshot(hot, kRetired, "").outcome, kFenceMissTouched);
  const WorkerLease refreshed = *cp->RefreshLease(lease).lease;
  EXPECT_EQ(cp->RetireFromSnapshot(hot, kRetired, "").outcome, kFenceMissEpoch);
  ASSERT_TRUE(cp->Park(refreshed).landed());
  EXPECT_EQ(cp->RetireFromSnapshot(hot, kRetired, "").outcome, kFenceMissState);

  const WorkerSnapshot parked = Look(lease);
  const WorkerLease claimed = *other->ClaimHotIdle(Org("org-a"), Image()).lease;
  EXPECT_EQ(cp->RetireIdleVariant(parked, "").outcome, kFenceMissState);
  ASSERT_TRUE(other->BeginActivation(claimed).landed());
  ASSERT_TRUE(other->FinishActivation(claimed, now).landed());
  ASSERT_TRUE(other->Park(claimed).landed());
  EXPECT_EQ(cp->RetireIdleVariant(parked, "").outcome, kFenceMissOwner) << "parked, once more";
  EXPECT_TRUE(cp->RetireIdleVariant(Look(lease), "ttl").landed());
}

TEST_P(StoreContract, ATerminalRowIsNeverTouchedAgain) {
  ControlPlane& cp = Start("cp-1");
  for (const WorkerState end : {kRetired, kLost}) {
    const WorkerLease lease = MakeWorker(cp, end);
    const WorkerSnapshot seen = Look(lease);
    EXPECT_EQ(cp->RetireFromSnapshot(seen, kRetired, "").outcome, kFenceMissState);
    EXPECT_EQ(cp->RetireFromSnapshot(seen, kLost, "").outcome, kFenceMissState);
    EXPECT_EQ(cp->MarkLost(lease, "").outcome, kFenceMissState);
    EXPECT_EQ(cp->TakeOver(seen).outcome, kFenceMissState);
    EXPECT_EQ(RowOf(lease), seen.row());
  }
}

// ---- Take-over ---------------------------------------------------------------------------------

TEST_P(StoreContract, ATakeOverNeedsAnOwnerThatIsGone) {
  ControlPlane& owner = Start("cp-1");
  ControlPlane& other = Start("cp-2");
  const WorkerLease lease = MakeWorker(owner, kHot);
  const WorkerSnapshot seen = Look(lease);
  EXPECT_EQ(other->TakeOver(seen).outcome, kFenceMissCpRevived);
  ASSERT_TRUE(store.BeginDrain(owner.id()).ok());
  EXPECT_EQ(other->TakeOver(seen).outcome, kFenceMissCpRevived) << "it drains, but lives";
  ASSERT_TRUE(store.DeregisterControlPlane(owner.id()).ok());
  const TransitionResult taken = other->TakeOver(seen);
  ASSERT_TRUE(taken.landed());
  EXPECT_EQ(taken.lease->owner(), other.id());
  EXPECT_EQ(owner->Park(lease).outcome, kFenceMissState);
}

TEST_P(StoreContract, ATakeOverComparesTheEpochThatWasSeen) {
  ControlPlane& owner = Start("cp-1");
  ControlPlane& other = Start("cp-2");
  const WorkerLease lease = MakeWorker(owner, kHot);
  const WorkerSnapshot seen = Look(lease);
  ASSERT_TRUE(owner->RefreshLease(lease).landed());
  ASSERT_TRUE(store.DeregisterControlPlane(owner.id()).ok());
  EXPECT_EQ(other->TakeOver(seen).outcome, kFenceMissEpoch);
  const WorkerSnapshot fresh = Look(lease);
  ASSERT_TRUE(owner->StampCredentials(*other->TakeOver(fresh).lease, now).outcome ==
              kFenceMissState);
}

TEST_P(StoreContract, ARowThatWasOnlyTouchedCanStillBeTakenOver) {
  ControlPlane& owner = Start("cp-1");
  ControlPlane& other = Start("cp-2");
  const WorkerLease lease = MakeWorker(owner, kHot);
  const WorkerSnapshot seen = Look(lease);
  ASSERT_TRUE(owner->StampCredentials(lease, now + kTtl).landed());
  ASSERT_TRUE(store.DeregisterControlPlane(owner.id()).ok());
  EXPECT_TRUE(other->TakeOver(seen).landed());
}

// ---- Orphans -----------------------------------------------------------------------------------

TEST_P(StoreContract, AnOrphanIsRetiredOnlyWhenItsOwnerHasBeenGoneForTheGrace) {
  ControlPlane& owner = Start("cp-1");
  ControlPlane& janitor = Start("cp-2");
  const WorkerSnapshot seen = Look(MakeWorker(owner, kHot));
  EXPECT_EQ(janitor->RetireOrphan(seen, "").outcome, kFenceMissCpRevived);
  Advance(absl::Seconds(20));
  ASSERT_EQ(store.Heartbeat(janitor.id(), kTtl).value(), CpState::kActive);
  ASSERT_EQ(store.ExpireControlPlanes(absl::Seconds(20)).value(), std::vector{owner.id()});
  Advance(janitor.config.orphan_grace - absl::Microseconds(1));
  EXPECT_EQ(janitor->RetireOrphan(seen, "").outcome, kFenceMissCpRevived);
  Advance(absl::Microseconds(1));
  EXPECT_TRUE(janitor->RetireOrphan(seen, "orphan").landed());
  EXPECT_EQ(Look(seen.row().worker_id).row().retire_reason, "orphan");
}

TEST_P(StoreContract, AnOwnerThatRevivesKeepsItsWorkers) {
  ControlPlane& owner = Start("cp-1");
  ControlPlane& janitor = Start("cp-2");
  const WorkerSnapshot seen = Look(MakeWorker(owner, kHot));
  Advance(absl::Seconds(20));
  ASSERT_THAT(store.ExpireControlPlanes(absl::Seconds(20)).value(),
              testing::ElementsAre(owner.id(), janitor.id()));
  Advance(janitor.config.orphan_grace - absl::Microseconds(1));
  ASSERT_EQ(store.Heartbeat(owner.id(), janitor.config.orphan_grace).value(), CpState::kActive);
  Advance(absl::Microseconds(1));
  EXPECT_EQ(janitor->RetireOrphan(seen, "").outcome, kFenceMissCpRevived);
}

TEST_P(StoreContract, AnOwnerWithoutARowIsGone) {
  ControlPlane ghost(store, "cp-ghost", 99);
  ControlPlane& janitor = Start("cp-2");
  ASSERT_TRUE(store.RegisterControlPlane(ghost.id(), ghost.boot()).ok());
  const WorkerLease lease = MakeWorker(ghost, kHotIdle);
  // An instance that owns workers is not forgotten: only its last worker's end lets it go.
  ASSERT_TRUE(store.DeregisterControlPlane(ghost.id()).ok());
  EXPECT_EQ(store.ForgetControlPlanes(absl::ZeroDuration()).value(), 0);
  const WorkerSnapshot seen = Look(lease);
  Advance(janitor.config.orphan_grace);
  EXPECT_TRUE(janitor->RetireOrphan(seen, "").landed());
  EXPECT_EQ(store.ForgetControlPlanes(absl::ZeroDuration()).value(), 1);
}

TEST_P(StoreContract, ALiveSessionProtectsAnOrphanUntilItHasExpired) {
  ControlPlane& owner = Start("cp-1");
  ControlPlane& janitor = Start("cp-2");
  const WorkerLease lease = MakeWorker(owner, kHot);
  ASSERT_EQ(store.OpenSession(Held("s"), lease, absl::Hours(1))->outcome, kTransitioned);
  ASSERT_TRUE(store.DeregisterControlPlane(owner.id()).ok());
  Advance(janitor.config.orphan_grace);
  EXPECT_EQ(janitor->RetireOrphan(Look(lease), "").outcome, kFenceMissSession);
  ASSERT_EQ(store.DisconnectSession(Held("s"), kTtl)->outcome, kTransitioned);
  EXPECT_EQ(janitor->RetireOrphan(Look(lease), "").outcome, kFenceMissSession);
  Advance(kTtl - absl::Microseconds(1));
  EXPECT_EQ(janitor->RetireOrphan(Look(lease), "").outcome, kFenceMissSession);
  Advance(absl::Microseconds(1));
  EXPECT_TRUE(janitor->RetireOrphan(Look(lease), "").landed()) << "expired by the store's clock";
}

TEST_P(StoreContract, ARevivedOwnerIsToldBeforeASession) {
  ControlPlane& owner = Start("cp-1");
  const WorkerLease lease = MakeWorker(owner, kHot);
  ASSERT_EQ(store.OpenSession(Held("s"), lease, kTtl)->outcome, kTransitioned);
  EXPECT_EQ(Start("cp-2")->RetireOrphan(Look(lease), "").outcome, kFenceMissCpRevived);
}

// ---- Sessions in the way -----------------------------------------------------------------------

TEST_P(StoreContract, ALiveSessionKeepsAWorkerFromBeingParkedOrDrained) {
  ControlPlane& cp = Start("cp-1");
  const WorkerLease lease = MakeWorker(cp, kHot);
  ASSERT_EQ(store.OpenSession(Held("s"), lease, kTtl)->outcome, kTransitioned);
  EXPECT_EQ(cp->Park(lease).outcome, kFenceMissSession);
  EXPECT_EQ(cp->Drain(lease, SessionRule::kSpareSessions, "").outcome, kFenceMissSession);
  ASSERT_EQ(store.CloseSession(Held("s"))->outcome, kTransitioned);
  EXPECT_TRUE(cp->Park(lease).landed());
}

TEST_P(StoreContract, ADrainMayIgnoreSessions) {
  ControlPlane& cp = Start("cp-1");
  const WorkerLease lease = MakeWorker(cp, kHot);
  ASSERT_EQ(store.OpenSession(Held("s"), lease, kTtl)->outcome, kTransitioned);
  EXPECT_TRUE(cp->Drain(lease, SessionRule::kIgnoreSessions, "overdue").landed());
}

TEST_P(StoreContract, SessionsOfOtherWorkersAreNoObstacle) {
  ControlPlane& cp = Start("cp-1");
  const WorkerLease busy = MakeWorker(cp, kHot);
  const WorkerLease free = MakeWorker(cp, kHot);
  ASSERT_EQ(store.OpenSession(Held("s"), busy, kTtl)->outcome, kTransitioned);
  EXPECT_TRUE(cp->Park(free).landed());
}

// ---- Operation ids -----------------------------------------------------------------------------

TEST_P(StoreContract, ARepeatedOperationTakesEffectOnceAndTellsTheSame) {
  ControlPlane& cp = Start("cp-1");
  const WorkerLease lease = MakeWorker(cp, kHot);
  const WorkerRow before = RowOf(lease);
  cp.LoseNextReply();
  const TransitionResult refreshed = cp->RefreshLease(lease);
  ASSERT_TRUE(refreshed.landed());
  EXPECT_EQ(refreshed.lease->epoch(), Next(lease.epoch())) << "raised once, not twice";
  EXPECT_EQ(refreshed.row->row(), RowOf(lease));
  EXPECT_EQ(RowOf(lease).revision, Next(before.revision));
}

TEST_P(StoreContract, ARepetitionChangesNothingEvenLater) {
  ControlPlane& cp = Start("cp-1");
  const WorkerLease lease = MakeWorker(cp, kHot);
  std::optional<WorkerRow> first;
  cp.LoseNextReply([&] {
    first = RowOf(lease);
    Advance(absl::Seconds(5));
  });
  ASSERT_TRUE(cp->Drain(lease, SessionRule::kIgnoreSessions, "shutdown").landed());
  EXPECT_EQ(RowOf(lease), *first) << "times included";
}

TEST_P(StoreContract, ARepetitionSucceedsThoughItsGuardsWouldNowMiss) {
  ControlPlane& cp = Start("cp-1");
  ControlPlane& owner = Start("cp-2");
  const WorkerSnapshot seen = Look(MakeWorker(owner, kHot));
  ASSERT_TRUE(store.DeregisterControlPlane(owner.id()).ok());
  cp.LoseNextReply();
  const TransitionResult taken = cp->TakeOver(seen);
  ASSERT_TRUE(taken.landed()) << "by then the owner is alive: it is this control plane";
  EXPECT_EQ(taken.lease->epoch(), Next(seen.row().owner_epoch));
}

TEST_P(StoreContract, ALateOperationOfTheSameProcessIsRefused) {
  ControlPlane& cp = Start("cp-1");
  const WorkerLease lease = MakeWorker(cp, kHot);
  cp.DelayNextCall([&] { ASSERT_TRUE(cp->StampCredentials(lease, now + kTtl).landed()); });
  const TransitionResult late = cp->StampCredentials(lease, now + 2 * kTtl);
  EXPECT_EQ(late.outcome, kFenceMissTouched);
  EXPECT_EQ(RowOf(lease).credentials_expiry, now + kTtl);
}

TEST_P(StoreContract, AnOperationOfAnotherProcessDoesNotOvertake) {
  ControlPlane& first = Start("cp-1");
  ControlPlane& second = Start("cp-2");
  // Many operations of cp-1, so that its sequence is the higher one.
  MakeWorker(first, kRetired);
  const WorkerLease parked = MakeWorker(first, kHotIdle);
  const WorkerLease claimed = *second->ClaimHotIdle(Org("org-a"), Image()).lease;
  ASSERT_EQ(claimed.worker(), parked.worker());
  EXPECT_TRUE(second->BeginActivation(claimed).landed());
}

}  // namespace
}  // namespace fencepost::store_contract
