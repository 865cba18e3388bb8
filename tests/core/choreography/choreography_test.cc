// The choreographies of a control plane: lease cell, owned, refresh, shutdown, sweep, janitor.

#include <gmock/gmock.h>

#include "core/lifecycle/parallel.h"
#include "core/lifecycle/stale_lease.h"
#include "core/plane/credential_refresher.h"
#include "core/plane/orphan_sweep.h"
#include "core/plane/reconciler.h"
#include "core/plane/shutdown.h"
#include "tests/core/choreography/rig.h"

namespace fencepost {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;

class ChoreographyTest : public Rig {
 protected:
  ChoreographyTest()
      : owned(runtime), refresher(runtime, config, events, secrets, pods, *lifecycle, owned) {}

  ManagedWorkerPtr Managed() {
    const WorkerLease lease = Hot();
    return owned.Adopt(lease, Look(lease.worker()).row());
  }
  absl::StatusOr<ShutdownReport> EndAll() {
    return Shutdown(CpId("cp-1"), runtime, config, events, store, *lifecycle, owned, refresher)
        .EndAll();
  }
  ShutdownReport Shut() { return EndAll().value(); }
  absl::StatusOr<int> Sweep(WorkerLifecycle& sweeper) {
    return SweepOrphans(runtime, config, store, sweeper);
  }

  OwnedWorkers owned;
  CredentialRefresher refresher;
};

// ---- Lease cell and owned -----------------------------------------------------------------------

TEST_F(ChoreographyTest, ACheckedOutLeaseIsNobodyElses) {
  const ManagedWorkerPtr worker = Managed();
  {
    const auto mine = worker->cell.CheckOut();
    ASSERT_TRUE(mine.ok());
    EXPECT_TRUE(worker->cell.checked_out());
    EXPECT_TRUE(absl::IsDeadlineExceeded(worker->cell.CheckOut(runtime.now).status()));
  }
  EXPECT_FALSE(worker->cell.checked_out());
  EXPECT_TRUE(worker->cell.CheckOut().ok());
}

TEST_F(ChoreographyTest, ADroppedLeaseIsNotCheckedOutAgain) {
  const ManagedWorkerPtr worker = Managed();
  worker->cell.CheckOut()->Drop();
  EXPECT_TRUE(worker->cell.dropped());
  EXPECT_TRUE(absl::IsNotFound(worker->cell.CheckOut().status()));
}

TEST_F(ChoreographyTest, WhoWaitsForADroppedLeaseLearnsOfIt) {
  const ManagedWorkerPtr worker = Managed();
  const auto mine = worker->cell.CheckOut();
  runtime.on_wait = [&] { worker->cell.Drop(); };
  EXPECT_TRUE(absl::IsNotFound(worker->cell.CheckOut().status()));
}

TEST_F(ChoreographyTest, ANewClaimReplacesTheEntryAndDropsItsCell) {
  const ManagedWorkerPtr old = Managed();
  const TransitionResult refreshed = lifecycle->RefreshLease(old->cell.last_known());
  const ManagedWorkerPtr fresh = owned.Adopt(*refreshed.lease, refreshed.row->row());
  EXPECT_TRUE(old->cell.dropped());
  EXPECT_EQ(owned.Find(old->id), fresh);
  owned.Forget(old);  // a late forgetting of the old entry
  EXPECT_EQ(owned.Find(old->id), fresh);
  owned.Forget(fresh);
  EXPECT_EQ(owned.Find(old->id), nullptr);
  EXPECT_THAT(owned.Workers(), IsEmpty());
}

TEST_F(ChoreographyTest, ALeaseIsStaleOnlyIfTheRowSaysSo) {
  const WorkerLease lease = Hot();
  EXPECT_FALSE(LeaseIsStale(lifecycle->PublishIdle(lease, PodUid("x")), lease));
  runtime.script["park"] = {Fate::kNotApplied};
  EXPECT_FALSE(LeaseIsStale(lifecycle->Park(lease), lease));
  ASSERT_TRUE(lifecycle->RefreshLease(lease).landed());
  EXPECT_TRUE(LeaseIsStale(lifecycle->Park(lease), lease));
  const WorkerLease dead = Spawning();
  ASSERT_TRUE(lifecycle->MarkLost(dead, "").landed());
  EXPECT_TRUE(LeaseIsStale(lifecycle->MarkLost(dead, ""), dead));
  ASSERT_TRUE(store.ForgetWorkers(absl::ZeroDuration(), 10).ok());
  EXPECT_TRUE(LeaseIsStale(lifecycle->MarkLost(dead, ""), dead));
}

// ---- Refresh -----------------------------------------------------------------------------------

TEST_F(ChoreographyTest, ARefreshRaisesTheEpochAndStampsTheCredentials) {
  const ManagedWorkerPtr worker = Managed();
  refresher.Refresh(worker);
  EXPECT_EQ(worker->cell.last_known().epoch(), Epoch{2});
  EXPECT_EQ(pods.pods()[0].highest_epoch, Epoch{2});
  EXPECT_EQ(Look(worker->id).row().owner_epoch, Epoch{2});
  EXPECT_GT(worker->refresh_at, absl::InfinitePast());
}

TEST_F(ChoreographyTest, ARefreshUnderAStaleLeaseForgetsTheWorkerAndTouchesNothing) {
  const ManagedWorkerPtr worker = Managed();
  ASSERT_TRUE(lifecycle->RefreshLease(worker->cell.last_known()).landed());
  refresher.Refresh(worker);
  EXPECT_EQ(owned.Find(worker->id), nullptr);
  EXPECT_EQ(runtime.CallsOf("update_credentials"), 0);
  EXPECT_EQ(StateOf(worker->id), WorkerState::kHot);
}

TEST_F(ChoreographyTest, ARefreshInDoubtForgetsTheWorker) {
  config.settle_attempts = 1;
  const ManagedWorkerPtr worker = Managed();
  runtime.script["refresh_lease"] = {Fate::kReplyLost};
  refresher.Refresh(worker);
  EXPECT_EQ(owned.Find(worker->id), nullptr);
  EXPECT_THAT(log.noted, ElementsAre("refresh_gave_up"));
}

TEST_F(ChoreographyTest, ARefusedRefreshKeepsTheWorker) {
  const ManagedWorkerPtr worker = Managed();
  runtime.script["refresh_lease"] = {Fate::kNotApplied};
  refresher.Refresh(worker);
  EXPECT_EQ(owned.Find(worker->id), worker);
  EXPECT_EQ(worker->cell.last_known().epoch(), Epoch{1});
}

TEST_F(ChoreographyTest, ARefreshThatFailsLaterKeepsTheNewLease) {
  for (const char* site : {"issue_credentials", "update_credentials", "stamp_credentials"}) {
    const ManagedWorkerPtr worker = Managed();
    runtime.script[site] = {Fate::kNotApplied};
    refresher.Refresh(worker);
    EXPECT_EQ(worker->cell.last_known().epoch(), Epoch{2}) << site;
    EXPECT_EQ(owned.Find(worker->id), worker) << site;
  }
}

TEST_F(ChoreographyTest, AStampThatFindsTheLeaseStaleForgetsTheWorker) {
  const ManagedWorkerPtr worker = Managed();
  runtime.meanwhile["stamp_credentials"] = [&] {
    ASSERT_TRUE(lifecycle->RefreshLease(worker->cell.last_known()).landed());
  };
  refresher.Refresh(worker);
  EXPECT_EQ(owned.Find(worker->id), nullptr);
}

TEST_F(ChoreographyTest, NothingIsRefreshedBetweenAStopAndAResume) {
  const ManagedWorkerPtr worker = Managed();
  ASSERT_TRUE(refresher.Stop().ok());
  refresher.Refresh(worker);
  ASSERT_TRUE(refresher.RefreshDue().ok());
  EXPECT_EQ(runtime.CallsOf("refresh_lease"), 0);
  refresher.Resume();
  ASSERT_TRUE(refresher.RefreshDue().ok());  // a pass that was stopped has postponed nothing
  EXPECT_EQ(runtime.CallsOf("refresh_lease"), 1);
}

TEST_F(ChoreographyTest, AStopWhileWaitingForTheCellEndsTheRefresh) {
  const ManagedWorkerPtr worker = Managed();
  std::optional<absl::StatusOr<LeaseCell::Checkout>> held = worker->cell.CheckOut();
  runtime.on_wait = [&] {
    runtime.on_wait = nullptr;
    // Nobody is left to be waited for once the refresher's turn comes.
    runtime.cancelled = true;
    EXPECT_TRUE(absl::IsCancelled(refresher.Stop()));
    runtime.cancelled = false;
    held.reset();
  };
  refresher.Refresh(worker);
  EXPECT_EQ(runtime.CallsOf("refresh_lease"), 0);
}

// ---- Shutdown ----------------------------------------------------------------------------------

TEST_F(ChoreographyTest, ShutdownEndsWhatNoSessionNeeds) {
  const ManagedWorkerPtr free = Managed();
  const ManagedWorkerPtr visited = Managed();
  const WorkerLease lease = visited->cell.last_known();
  ASSERT_TRUE(store.OpenSession(Session("s"), lease, absl::Seconds(60)).ok());
  EXPECT_EQ(Shut(), (ShutdownReport{.retired = 1, .spared = 1, .left = 0}));
  EXPECT_EQ(StateOf(free->id), WorkerState::kRetired);
  EXPECT_EQ(StateOf(visited->id), WorkerState::kHot);
  EXPECT_EQ(owned.Find(visited->id), visited);
  EXPECT_TRUE(owned.closed());
  EXPECT_EQ(log.pods_deleted, 1);
}

TEST_F(ChoreographyTest, ShutdownFindsTheWorkersThatMemoryHasLost) {
  const WorkerLease forgotten = Hot();  // never adopted
  EXPECT_EQ(Shut().retired, 1);
  EXPECT_EQ(StateOf(forgotten.worker()), WorkerState::kRetired);
}

TEST_F(ChoreographyTest, AFailedDeletionLeavesTheWorkerDrainingForTheSecondLook) {
  const ManagedWorkerPtr worker = Managed();
  runtime.script["delete_pod"] = {Fate::kNotApplied, Fate::kNotApplied, Fate::kNotApplied};
  EXPECT_EQ(Shut(), (ShutdownReport{.retired = 1, .spared = 0, .left = 0}));
  EXPECT_EQ(log.pods_deleted, 1);
  EXPECT_EQ(StateOf(worker->id), WorkerState::kRetired);
}

TEST_F(ChoreographyTest, WhatShutdownCannotEndIsLeftToTheSweep) {
  const ManagedWorkerPtr worker = Managed();
  runtime.script["drain"] = {Fate::kNotApplied, Fate::kNotApplied};
  EXPECT_EQ(Shut(), (ShutdownReport{.retired = 0, .spared = 0, .left = 1}));
  EXPECT_EQ(StateOf(worker->id), WorkerState::kHot);
  EXPECT_EQ(log.pods_deleted, 0);
}

TEST_F(ChoreographyTest, ARetirementThatFailsTwiceIsLeftDraining) {
  const ManagedWorkerPtr worker = Managed();
  runtime.script["retire_drained"] = {Fate::kNotApplied, Fate::kNotApplied};
  EXPECT_EQ(Shut().left, 1);
  EXPECT_EQ(StateOf(worker->id), WorkerState::kDraining);
}

TEST_F(ChoreographyTest, ShutdownDoesWithoutTheListing) {
  Managed();
  runtime.script["list_owned"] = {Fate::kNotApplied};
  EXPECT_EQ(Shut().retired, 1);
  EXPECT_THAT(log.noted, Contains("shutdown_listing_failed"));
}

// A claim whose reply came late: it is listed as ours, and by now somebody is at work on it.
TEST_F(ChoreographyTest, ShutdownWaitsForWhoIsAtWorkOnAListedWorker) {
  const WorkerLease lease = Hot();
  std::optional<LeaseCell::Checkout> at_work;
  runtime.meanwhile["list_owned"] = [&] {
    const ManagedWorkerPtr worker = owned.Adopt(lease, Look(lease.worker()).row());
    at_work.emplace(*worker->cell.CheckOut());
  };
  runtime.on_wait = [&] {
    EXPECT_EQ(StateOf(lease.worker()), WorkerState::kHot);
    at_work.reset();
  };
  EXPECT_EQ(Shut(), (ShutdownReport{.retired = 1, .spared = 0, .left = 0}));
  EXPECT_FALSE(at_work.has_value()) << "it did not wait";
  EXPECT_EQ(StateOf(lease.worker()), WorkerState::kRetired);
}

TEST_F(ChoreographyTest, ACancelledShutdownSaysSo) {
  for (const char* site : {"drain", "delete_pod", "retire_drained", "list_owned"}) {
    Managed();
    runtime.script[site] = {Fate::kCancelled};
    EXPECT_TRUE(absl::IsCancelled(EndAll().status())) << site;
    runtime.cancelled = false;
  }
}

// ---- Bounded parallelism -----------------------------------------------------------------------

TEST_F(ChoreographyTest, EachThingIsDoneOnceWithinTheBound) {
  std::vector<std::size_t> done;
  EXPECT_TRUE(ForEachBounded(runtime, "t", 5, 3, [&](std::size_t i) { done.push_back(i); }).ok());
  EXPECT_THAT(done, ElementsAre(0, 1, 2, 3, 4));
  runtime.keep_spawned = true;
  EXPECT_TRUE(ForEachBounded(runtime, "t", 5, 3, [](std::size_t) {}).ok());
  EXPECT_EQ(runtime.spawned.size(), 2U);  // beside the caller
  runtime.spawned.clear();
  EXPECT_TRUE(ForEachBounded(runtime, "t", 1, 3, [](std::size_t) {}).ok());
  EXPECT_TRUE(ForEachBounded(runtime, "t", 0, 3, [](std::size_t) { FAIL(); }).ok());
  EXPECT_THAT(runtime.spawned, IsEmpty());
}

// ---- Sweep, janitor, reconciler ----------------------------------------------------------------

TEST_F(ChoreographyTest, TheSweepRetiresOrphansAndGoesOnAfterAMiss) {
  const std::unique_ptr<WorkerLifecycle> janitor = Other("cp-2", 2);
  const WorkerLease first = Hot();
  const WorkerLease second = Hot();
  ASSERT_TRUE(store.DeregisterControlPlane(CpId("cp-1")).ok());
  store_now += config.orphan_grace;
  runtime.script["retire_orphan"] = {Fate::kNotApplied};
  EXPECT_EQ(Sweep(*janitor).value(), 1);
  EXPECT_EQ(StateOf(first.worker()), WorkerState::kHot);
  EXPECT_EQ(StateOf(second.worker()), WorkerState::kRetired);
  runtime.script["list_orphans"] = {Fate::kNotApplied};
  EXPECT_TRUE(absl::IsUnavailable(Sweep(*janitor).status()));
  runtime.script["retire_orphan"] = {Fate::kCancelled};
  EXPECT_TRUE(absl::IsCancelled(Sweep(*janitor).status()));
}

TEST_F(ChoreographyTest, AJanitorsFailedStepDoesNotStopTheOthers) {
  for (const char* site : {"expire_control_planes", "expire_overdue_drains", "expire_sessions",
                           "list_orphans", "list_by_state_age", "list_pods", "list_secrets"}) {
    const std::size_t before = log.noted.size();
    const int reconciled = runtime.CallsOf("list_secrets");
    runtime.script[site] = {Fate::kNotApplied};
    EXPECT_TRUE(RunJanitor(*lifecycle).ok()) << site;
    EXPECT_EQ(log.noted.size(), before + 1) << site;
    EXPECT_EQ(runtime.CallsOf("list_secrets"), reconciled + 1) << site;
  }
}

TEST_F(ChoreographyTest, AJanitorEndsOnlyWhenCancelled) {
  for (const char* site : {"expire_control_planes", "expire_overdue_drains", "expire_sessions",
                           "list_orphans", "list_by_state_age", "list_pods", "list_secrets"}) {
    runtime.script[site] = {Fate::kCancelled};
    EXPECT_TRUE(absl::IsCancelled(RunJanitor(*lifecycle))) << site;
    runtime.cancelled = false;
  }
}

TEST_F(ChoreographyTest, TheJanitorReapsWhatIsStuckOrTooOld) {
  const WorkerLease spawning = Spawning();
  const WorkerLease parked = Hot();
  ASSERT_TRUE(lifecycle->Park(parked).landed());
  const WorkerLease hot = Hot();
  store_now += config.stuck_spawning - absl::Nanoseconds(1);
  ASSERT_TRUE(store.Heartbeat(CpId("cp-1"), config.orphan_grace).ok());
  ASSERT_TRUE(RunJanitor(*lifecycle).ok());
  EXPECT_EQ(StateOf(spawning.worker()), WorkerState::kSpawning);
  store_now += absl::Nanoseconds(1);
  ASSERT_TRUE(RunJanitor(*lifecycle).ok());
  EXPECT_EQ(StateOf(spawning.worker()), WorkerState::kRetired);
  EXPECT_EQ(StateOf(parked.worker()), WorkerState::kHotIdle);
  store_now += config.hot_idle_ttl;
  ASSERT_TRUE(store.Heartbeat(CpId("cp-1"), config.orphan_grace).ok());
  ASSERT_TRUE(RunJanitor(*lifecycle).ok());
  EXPECT_EQ(StateOf(parked.worker()), WorkerState::kRetired);
  EXPECT_EQ(StateOf(hot.worker()), WorkerState::kHot);
}

TEST_F(ChoreographyTest, OtherImagesAreReapedOneAtATime) {
  ASSERT_TRUE(lifecycle->Park(Hot()).landed());
  ASSERT_TRUE(lifecycle->Park(Hot()).landed());
  config.warm_target[Image("image-2")] = 0;
  ASSERT_TRUE(RunJanitor(*lifecycle).ok());
  EXPECT_EQ(log.pods_deleted, 1);
  ASSERT_TRUE(RunJanitor(*lifecycle).ok());
  EXPECT_EQ(log.pods_deleted, 2);
}

TEST_F(ChoreographyTest, TheReconcilerRemovesOnlyWhatIsProvenDead) {
  const WorkerLease living = Hot();
  const WorkerLease dead = Hot();
  ASSERT_TRUE(lifecycle->MarkLost(dead, "").landed());
  ASSERT_TRUE(ReconcileRigPods().ok());
  ASSERT_TRUE(ReconcileRigSecrets().ok());
  EXPECT_EQ(log.pods_deleted, 1);
  EXPECT_EQ(secrets.ListSecrets()->size(), 1U);
  EXPECT_EQ(StateOf(living.worker()), WorkerState::kHot);
}

TEST_F(ChoreographyTest, TheReconcilerGoesOnAfterAFailure) {
  ASSERT_TRUE(lifecycle->MarkLost(Hot(), "").landed());
  ASSERT_TRUE(lifecycle->MarkLost(Hot(), "").landed());
  runtime.script["observe"] = {Fate::kNotApplied};
  ASSERT_TRUE(ReconcileRigPods().ok());
  EXPECT_EQ(log.pods_deleted, 1);
  EXPECT_THAT(log.noted, Contains("reconcile_failed"));
  runtime.script["observe"] = {Fate::kCancelled};
  EXPECT_TRUE(absl::IsCancelled(ReconcileRigPods()));
}

// A fleet of living workers costs one call for each listing_limit of them.
TEST_F(ChoreographyTest, TheReconcilerLooksAtManyWorkersInOneCall) {
  config.listing_limit = 4;
  for (int i = 0; i < 10; ++i) Hot();
  ASSERT_TRUE(lifecycle->MarkLost(Hot(), "").landed());
  ASSERT_TRUE(ReconcileRigPods().ok());
  EXPECT_EQ(runtime.CallsOf("observe_all"), 3);
  EXPECT_EQ(runtime.CallsOf("observe"), 1);  // the lost one, for its fence
  EXPECT_EQ(log.pods_deleted, 1);
}

TEST_F(ChoreographyTest, TheReconcilerEndsEarlyWhenItIsToldTo) {
  config.listing_limit = 2;
  for (int i = 0; i < 6; ++i) ASSERT_TRUE(lifecycle->MarkLost(Hot(), "").landed());
  int asked = 0;
  ASSERT_TRUE(ReconcilePods(runtime, config, events, store, pods, *lifecycle, [&] {
                return ++asked < 6;
              }).ok());
  EXPECT_EQ(log.pods_deleted, 3);  // one question before each batch and each deletion
}

// A leader that was replaced in the middle of a pass goes on where it stopped.
TEST_F(ChoreographyTest, AJanitorTakesAnInterruptedPassUpWhereItStopped) {
  Janitor janitor(runtime, config, events, store, pods, secrets, *lifecycle);
  int steps = 0;
  ASSERT_TRUE(janitor.RunOnce([&] { return steps++ < 7; }).ok());
  EXPECT_EQ(runtime.CallsOf("list_pods"), 1);
  EXPECT_EQ(runtime.CallsOf("forget_workers"), 0);
  steps = 0;
  ASSERT_TRUE(janitor.RunOnce([&] { return steps++ < 3; }).ok());
  EXPECT_EQ(runtime.CallsOf("forget_workers"), 1);
  EXPECT_EQ(runtime.CallsOf("expire_control_planes"), 2);
}

}  // namespace
}  // namespace fencepost
