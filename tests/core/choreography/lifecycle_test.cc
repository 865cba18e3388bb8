// WorkerLifecycle: what it tells, how it settles what is in doubt, and when it mints fences.

#include <gmock/gmock.h>

#include "tests/core/choreography/rig.h"

namespace fencepost {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using enum TransitionOutcome;

class LifecycleTest : public Rig {};

TEST_F(LifecycleTest, IsNotMadeWithoutAllOfItsParts) {
  EXPECT_TRUE(WorkerLifecycle::Create(Parts()).ok());
  struct Missing {
    const char* said;
    void (*take)(LifecycleParts&);
  };
  const Missing kMissing[] = {
      {"the control plane's id", [](LifecycleParts& p) { p.cp = CpId(); }},
      {"the boot id", [](LifecycleParts& p) { p.boot = BootId{}; }},
      {"runtime", [](LifecycleParts& p) { p.runtime = nullptr; }},
      {"store", [](LifecycleParts& p) { p.store = nullptr; }},
      {"pod runtime", [](LifecycleParts& p) { p.pods = nullptr; }},
      {"secret store", [](LifecycleParts& p) { p.secrets = nullptr; }},
      {"event observer", [](LifecycleParts& p) { p.observer = nullptr; }},
      {"config", [](LifecycleParts& p) { p.config = nullptr; }},
  };
  for (const Missing& missing : kMissing) {
    LifecycleParts parts = Parts();
    missing.take(parts);
    const auto made = WorkerLifecycle::Create(parts);
    EXPECT_TRUE(absl::IsInvalidArgument(made.status()));
    EXPECT_THAT(std::string(made.status().message()), HasSubstr(missing.said));
  }
  config.health_failures = 0;
  EXPECT_THAT(std::string(WorkerLifecycle::Create(Parts()).status().message()),
              HasSubstr("health_failures"));
}

TEST_F(LifecycleTest, TellsEachMissAndChangesNothing) {
  const WorkerLease lease = Hot();
  const std::unique_ptr<WorkerLifecycle> other = Other("cp-2", 2);
  EXPECT_EQ(lifecycle->PublishIdle(lease, PodUid("x")).outcome, kFenceMissState);
  const WorkerSnapshot seen = Look(lease.worker());
  EXPECT_EQ(other->TakeOver(seen).outcome, kFenceMissCpRevived);
  EXPECT_EQ(other->RetireOrphan(seen, "orphan").outcome, kFenceMissCpRevived);
  ASSERT_TRUE(store.OpenSession(Session("s"), lease, absl::Seconds(60)).ok());
  EXPECT_EQ(lifecycle->Park(lease).outcome, kFenceMissSession);
  EXPECT_EQ(lifecycle->Drain(lease, SessionRule::kSpareSessions, "").outcome, kFenceMissSession);
  ASSERT_TRUE(lifecycle->StampCredentials(lease, store_now).landed());
  EXPECT_EQ(other->RetireFromSnapshot(seen, WorkerState::kLost, "").outcome, kFenceMissTouched);
  const TransitionResult refreshed = lifecycle->RefreshLease(lease);
  ASSERT_TRUE(refreshed.landed());
  EXPECT_EQ(lifecycle->MarkLost(lease, "").outcome, kFenceMissEpoch);
  EXPECT_EQ(log.pods_deleted, 0);
  EXPECT_EQ(StateOf(lease.worker()), WorkerState::kHot);
}

TEST_F(LifecycleTest, AnotherOwnersLeaseMissesByOwner) {
  const WorkerLease lease = Hot();
  const std::unique_ptr<WorkerLifecycle> other = Other("cp-2", 2);
  ASSERT_TRUE(store.DeregisterControlPlane(CpId("cp-1")).ok());
  const TransitionResult taken = other->TakeOver(Look(lease.worker()));
  ASSERT_TRUE(taken.landed());
  EXPECT_EQ(taken.lease->owner(), CpId("cp-2"));
  EXPECT_EQ(taken.lease->epoch(), Next(lease.epoch()));
  EXPECT_EQ(lifecycle->Drain(lease, SessionRule::kIgnoreSessions, "").outcome, kFenceMissOwner);
}

TEST_F(LifecycleTest, ARemovedRowIsTold) {
  const WorkerLease lease = Spawning();
  ASSERT_TRUE(lifecycle->MarkLost(lease, "").landed());
  ASSERT_EQ(store.ForgetWorkers(absl::ZeroDuration(), 10).value(), 1);
  EXPECT_EQ(lifecycle->Drain(lease, SessionRule::kIgnoreSessions, "").outcome, kRowMissing);
}

// ---- In doubt ----------------------------------------------------------------------------------

TEST_F(LifecycleTest, ALostReplyIsSettledByRepeatingTheSameOperation) {
  const WorkerLease lease = Hot();
  const int commits = log.commits;
  runtime.script["park"] = {Fate::kReplyLost, Fate::kReplyLost};
  EXPECT_EQ(lifecycle->Park(lease).outcome, kTransitioned);
  EXPECT_EQ(runtime.CallsOf("park"), 3);
  EXPECT_EQ(log.commits, commits + 1);
}

TEST_F(LifecycleTest, ALostRefreshStillGrantsItsLease) {
  const WorkerLease lease = Hot();
  runtime.script["refresh_lease"] = {Fate::kReplyLost};
  const TransitionResult refreshed = lifecycle->RefreshLease(lease);
  ASSERT_TRUE(refreshed.landed());
  EXPECT_EQ(refreshed.lease->epoch(), Next(lease.epoch()));
  EXPECT_EQ(Look(lease.worker()).row().owner_epoch, Next(lease.epoch()));
}

TEST_F(LifecycleTest, ALostRequestLandsWhenRepeated) {
  const WorkerLease lease = Hot();
  runtime.script["park"] = {Fate::kLostUnapplied};
  EXPECT_EQ(lifecycle->Park(lease).outcome, kTransitioned);
}

TEST_F(LifecycleTest, AMissAfterALostReplyIsToldWhenTheRowProvesThatNothingHadLanded) {
  const WorkerLease lease = Hot();
  // The row's last operation is an older one of this very process: ours never took effect.
  ASSERT_TRUE(store.OpenSession(Session("s"), lease, absl::Seconds(60)).ok());
  runtime.script["park"] = {Fate::kLostUnapplied};
  EXPECT_EQ(lifecycle->Park(lease).outcome, kFenceMissSession);
}

TEST_F(LifecycleTest, AMissAfterALostReplyIsInDoubtWhenTheRowHasMovedOn) {
  const WorkerLease lease = Hot();
  ASSERT_TRUE(lifecycle->Park(lease).landed());
  const std::unique_ptr<WorkerLifecycle> other = Other("cp-2", 2);
  runtime.script["refresh_lease"] = {Fate::kReplyLost};
  // Between the two tries somebody claims the worker, over the refresh that had landed.
  bool first = true;
  std::function<void()> claim = [&] {
    if (first) {
      first = false;
      runtime.meanwhile["refresh_lease"] = claim;
      return;
    }
    ASSERT_TRUE(other->ClaimHotIdle(Org("org-a"), Image()).claimed());
  };
  runtime.meanwhile["refresh_lease"] = claim;
  const TransitionResult result = lifecycle->RefreshLease(lease);
  EXPECT_EQ(result.outcome, kInDoubt);
  EXPECT_FALSE(result.error.ok());
  EXPECT_FALSE(result.lease.has_value());
}

TEST_F(LifecycleTest, AnEndingInDoubtIsSettledByWhatIsAbsorbing) {
  const WorkerLease lease = Hot();
  const std::unique_ptr<WorkerLifecycle> other = Other("cp-2", 2);
  const WorkerSnapshot seen = Look(lease.worker());
  runtime.script["retire_from_snapshot"] = {Fate::kLostUnapplied};
  runtime.meanwhile["retire_from_snapshot"] = [&] {
    // Runs before the first try; the second one finds a row that somebody else has ended.
    runtime.meanwhile["retire_from_snapshot"] = [&] {
      ASSERT_TRUE(lifecycle->MarkLost(lease, "first").landed());
    };
  };
  EXPECT_EQ(other->RetireFromSnapshot(seen, WorkerState::kRetired, "").outcome, kFenceMissState);
  EXPECT_EQ(StateOf(lease.worker()), WorkerState::kLost);
}

TEST_F(LifecycleTest, SettlingIsBounded) {
  const WorkerLease lease = Hot();
  config.settle_attempts = 3;
  runtime.script["park"] = {Fate::kReplyLost, Fate::kReplyLost, Fate::kReplyLost};
  const TransitionResult result = lifecycle->Park(lease);
  EXPECT_EQ(result.outcome, kInDoubt);
  EXPECT_EQ(runtime.CallsOf("park"), 3);
  EXPECT_TRUE(absl::IsUnknown(result.error));
}

TEST_F(LifecycleTest, ARefusalWhileInDoubtIsTriedAgain) {
  const WorkerLease lease = Hot();
  runtime.script["park"] = {Fate::kReplyLost, Fate::kNotApplied};
  EXPECT_EQ(lifecycle->Park(lease).outcome, kTransitioned);
  EXPECT_EQ(runtime.CallsOf("park"), 3);
}

TEST_F(LifecycleTest, ARefusedCallIsAStoreErrorAndNotRepeated) {
  const WorkerLease lease = Hot();
  runtime.script["park"] = {Fate::kNotApplied};
  const TransitionResult result = lifecycle->Park(lease);
  EXPECT_EQ(result.outcome, kStoreError);
  EXPECT_TRUE(absl::IsUnavailable(result.error));
  EXPECT_EQ(runtime.CallsOf("park"), 1);
  EXPECT_THAT(log.told.back(), kStoreError);
}

TEST_F(LifecycleTest, NobodyIsToldAfterCancellation) {
  for (const Fate fate : {Fate::kCancelled, Fate::kCancelledAfter}) {
    const WorkerLease lease = Hot();
    log.told.clear();
    runtime.script["park"] = {fate};
    const TransitionResult result = lifecycle->Park(lease);
    EXPECT_TRUE(absl::IsCancelled(result.error));
    EXPECT_FALSE(result.landed());
    EXPECT_THAT(log.told, IsEmpty());
    runtime.cancelled = false;
  }
}

TEST_F(LifecycleTest, CancellationEndsTheSettling) {
  const WorkerLease lease = Hot();
  log.told.clear();
  runtime.script["park"] = {Fate::kReplyLost, Fate::kCancelled};
  EXPECT_TRUE(absl::IsCancelled(lifecycle->Park(lease).error));
  EXPECT_THAT(log.told, IsEmpty());
}

// ---- Claims ------------------------------------------------------------------------------------

TEST_F(LifecycleTest, AClaimWhoseReplyIsLostIsFoundByItsOperation) {
  runtime.script["create_org_slot"] = {Fate::kReplyLost};
  runtime.script["find_claim"] = {Fate::kNotApplied, Fate::kReplyLost};
  const ClaimResult slot = lifecycle->CreateOrgSlot(Org("org-a"), Image("image-1"));
  ASSERT_TRUE(slot.claimed());
  EXPECT_EQ(runtime.CallsOf("create_org_slot"), 1);
  EXPECT_EQ(runtime.CallsOf("find_claim"), 3);
  EXPECT_EQ(store.workers().size(), 1U);
}

TEST_F(LifecycleTest, AClaimThatNobodyFindsStaysInDoubt) {
  runtime.script["create_org_slot"] = {Fate::kLostUnapplied};
  const ClaimResult slot = lifecycle->CreateOrgSlot(Org("org-a"), Image("image-1"));
  EXPECT_FALSE(slot.claimed());
  EXPECT_TRUE(absl::IsUnknown(slot.error));
  EXPECT_TRUE(store.workers().empty());
}

TEST_F(LifecycleTest, LookingForAClaimIsBoundedAndEndsWithCancellation) {
  config.settle_attempts = 2;
  runtime.script["create_org_slot"] = {Fate::kReplyLost};
  runtime.script["find_claim"] = {Fate::kNotApplied};
  EXPECT_TRUE(absl::IsUnknown(lifecycle->CreateOrgSlot(Org("o"), Image("i")).error));
  EXPECT_EQ(runtime.CallsOf("find_claim"), 1);
  runtime.script["claim_idle"] = {Fate::kLostUnapplied};
  runtime.script["find_claim"] = {Fate::kCancelled};
  EXPECT_TRUE(absl::IsCancelled(lifecycle->ClaimIdle(Org("o"), Image("i")).error));
}

TEST_F(LifecycleTest, ARefusedClaimSaysWhy) {
  config.caps.per_org = 1;
  ASSERT_TRUE(lifecycle->CreateOrgSlot(Org("org-a"), Image("i")).claimed());
  const ClaimResult capped = lifecycle->CreateOrgSlot(Org("org-a"), Image("i"));
  EXPECT_TRUE(capped.error.ok());
  EXPECT_EQ(capped.outcome, ClaimOutcome::kOrgCap);
  EXPECT_EQ(lifecycle->ClaimHotIdle(Org("org-b"), Image()).outcome, ClaimOutcome::kNoneAvailable);
  EXPECT_TRUE(absl::IsResourceExhausted(capped.status()));
  EXPECT_TRUE(absl::IsNotFound(lifecycle->ClaimHotIdle(Org("org-b"), Image()).status()));
  runtime.script["claim_hot_idle"] = {Fate::kNotApplied};
  EXPECT_TRUE(absl::IsUnavailable(lifecycle->ClaimHotIdle(Org("org-b"), Image()).error));
}

// ---- Fences ------------------------------------------------------------------------------------

TEST_F(LifecycleTest, ALeaseOperationHandsItsFenceToTheCaller) {
  const WorkerLease lease = Hot();
  const TransitionResult drained = lifecycle->Drain(lease, SessionRule::kIgnoreSessions, "end");
  ASSERT_TRUE(drained.fence.has_value());
  EXPECT_EQ(drained.fence->worker(), lease.worker());
  EXPECT_EQ(drained.fence->pod_uid(), PodUid("uid-1"));
  EXPECT_EQ(drained.fence->origin(), FenceOrigin::kLandedTransition);
  EXPECT_EQ(log.pods_deleted, 0);
  EXPECT_TRUE(lifecycle->CleanUp(*drained.fence).ok());
  EXPECT_EQ(log.pods_deleted, 1);
}

TEST_F(LifecycleTest, ASnapshotOperationCleansUpByItselfExactlyOnce) {
  const WorkerLease lease = Hot();
  const TransitionResult retired =
      lifecycle->RetireFromSnapshot(Look(lease.worker()), WorkerState::kRetired, "end");
  EXPECT_TRUE(retired.landed());
  EXPECT_FALSE(retired.fence.has_value());
  EXPECT_EQ(log.pods_deleted, 1);
  EXPECT_EQ(runtime.CallsOf("delete_pod"), 1);
  EXPECT_EQ(runtime.CallsOf("delete_secret"), 1);
}

TEST_F(LifecycleTest, NothingIsDeletedAfterAMiss) {
  const WorkerLease lease = Hot();
  const WorkerSnapshot seen = Look(lease.worker());
  ASSERT_TRUE(lifecycle->Park(lease).landed());
  EXPECT_EQ(lifecycle->RetireFromSnapshot(seen, WorkerState::kRetired, "").outcome,
            kFenceMissState);
  EXPECT_EQ(lifecycle->RetireIdleVariant(seen, "").outcome, kFenceMissState);
  EXPECT_EQ(runtime.CallsOf("delete_pod"), 0);
}

TEST_F(LifecycleTest, OnlyATerminalSnapshotIsAFence) {
  const WorkerLease lease = Hot();
  EXPECT_FALSE(lifecycle->FenceFromTerminal(Look(lease.worker())).has_value());
  ASSERT_TRUE(lifecycle->Drain(lease, SessionRule::kIgnoreSessions, "").landed());
  EXPECT_FALSE(lifecycle->FenceFromTerminal(Look(lease.worker())).has_value());
  ASSERT_TRUE(lifecycle->RetireDrained(lease, "").landed());
  const std::optional<Fence> fence = lifecycle->FenceFromTerminal(Look(lease.worker()));
  ASSERT_TRUE(fence.has_value());
  EXPECT_EQ(fence->origin(), FenceOrigin::kTerminalSnapshot);
}

TEST_F(LifecycleTest, AStrandedPodIsFencedOnlyIfItsRowProvesItDead) {
  const WorkerLease lease = Hot();
  PodInfo pod = **pods.FindPod(PodNameOf(lease.worker()));
  EXPECT_FALSE(lifecycle->FenceStrandedPod(pod)->has_value());  // its worker lives
  ASSERT_TRUE(lifecycle->MarkLost(lease, "").landed());
  EXPECT_EQ((*lifecycle->FenceStrandedPod(pod))->origin(), FenceOrigin::kTerminalSnapshot);

  PodInfo rowless = pod;
  rowless.worker = WorkerId{99};
  rowless.name = PodNameOf(rowless.worker);
  rowless.age = config.spawn_timeout - absl::Nanoseconds(1);
  EXPECT_FALSE(lifecycle->FenceStrandedPod(rowless)->has_value());  // too young to judge
  rowless.age = config.spawn_timeout;
  EXPECT_EQ((*lifecycle->FenceStrandedPod(rowless))->origin(), FenceOrigin::kAbsentRow);

  rowless.name = PodName("somebody-elses-pod");
  EXPECT_TRUE(absl::IsInvalidArgument(lifecycle->FenceStrandedPod(rowless).status()));
  runtime.script["observe"] = {Fate::kNotApplied};
  EXPECT_TRUE(absl::IsUnavailable(lifecycle->FenceStrandedPod(pod).status()));
}

TEST_F(LifecycleTest, AStrandedSecretIsJudgedByItsWorkersRow) {
  SecretInfo secret{.name = SecretNameOf(WorkerId{99}), .worker = WorkerId{99}, .age = {}};
  EXPECT_FALSE(lifecycle->FenceStrandedSecret(secret)->has_value());
  secret.age = config.spawn_timeout;
  EXPECT_TRUE(lifecycle->FenceStrandedSecret(secret)->has_value());
}

TEST_F(LifecycleTest, ADeletionIsTriedAgainAndGivenUpInTheEnd) {
  const WorkerLease lease = Hot();
  const TransitionResult drained = lifecycle->Drain(lease, SessionRule::kIgnoreSessions, "");
  runtime.script["delete_pod"] = {Fate::kNotApplied, Fate::kReplyLost, Fate::kNotApplied};
  EXPECT_TRUE(absl::IsUnavailable(lifecycle->CleanUp(*drained.fence)));
  EXPECT_EQ(runtime.CallsOf("delete_pod"), config.delete_attempts);
  EXPECT_THAT(log.noted, ElementsAre("pod_deletion_gave_up"));
  runtime.script["delete_secret"] = {Fate::kNotApplied, Fate::kNotApplied, Fate::kNotApplied};
  EXPECT_TRUE(lifecycle->CleanUp(*drained.fence).ok());
  EXPECT_THAT(log.noted, ElementsAre("pod_deletion_gave_up", "secret_deletion_gave_up"));
  runtime.script["delete_secret"] = {Fate::kCancelled};
  EXPECT_TRUE(absl::IsCancelled(lifecycle->CleanUp(*drained.fence)));
}

TEST_F(LifecycleTest, CleanupsAreBoundedInParallelismAndAwaited) {
  config.cleanup_parallelism = 2;
  runtime.keep_spawned = true;
  for (int i = 0; i < 5; ++i) {
    ASSERT_TRUE(
        lifecycle->RetireFromSnapshot(Look(Hot().worker()), WorkerState::kRetired, "").landed());
  }
  EXPECT_EQ(runtime.spawned.size(), 2U);
  runtime.on_wait = [this] {
    for (auto& body : runtime.spawned) {
      if (body) std::exchange(body, nullptr)();
    }
  };
  EXPECT_TRUE(lifecycle->AwaitCleanups().ok());
  EXPECT_EQ(log.pods_deleted, 5);
}

}  // namespace
}  // namespace fencepost
