// Health checks: a worker is ended only on evidence about the worker.

#include <gmock/gmock.h>

#include "core/plane/health_checker.h"
#include "tests/core/choreography/plane_rig.h"

namespace fencepost {
namespace {

class HealthTest : public PlaneRig {
 protected:
  HealthTest() {
    EXPECT_TRUE(Acquire("s").ok());
    worker = plane->owned().Workers().front();
    pods.set_unhealthy(worker->id, true);
  }
  void Check(int times) {
    for (int i = 0; i < times; ++i) EXPECT_TRUE(plane->CheckHealthOnce().ok());
  }
  ManagedWorkerPtr worker;
};

TEST_F(HealthTest, TheThirdFailureInARowEndsTheWorkerAndItsPod) {
  Check(2);
  EXPECT_EQ(StateOf(worker->id), WorkerState::kHot);
  Check(1);
  EXPECT_EQ(StateOf(worker->id), WorkerState::kLost);
  EXPECT_FALSE(pods.Lives(worker->id));
  EXPECT_EQ(Known(worker->id), nullptr);
}

TEST_F(HealthTest, AGoodAnswerInBetweenStartsTheCountAnew) {
  Check(2);
  pods.set_unhealthy(worker->id, false);
  Check(1);
  pods.set_unhealthy(worker->id, true);
  Check(2);
  EXPECT_EQ(StateOf(worker->id), WorkerState::kHot);
}

TEST_F(HealthTest, ADrainingWorkerDoesNotFail) {
  pods.set_unhealthy(worker->id, false);
  pods.set_draining(worker->id, true);
  Check(4);
  EXPECT_EQ(StateOf(worker->id), WorkerState::kHot);
}

TEST_F(HealthTest, ASilentWorkerWhosePodIsGoneIsEnded) {
  pods.Kill(worker->id);
  Check(2);
  EXPECT_EQ(StateOf(worker->id), WorkerState::kHot);
  Check(1);
  EXPECT_EQ(StateOf(worker->id), WorkerState::kLost);
  EXPECT_EQ(Look(worker->id).row().retire_reason, "pod_gone");
}

TEST_F(HealthTest, ASilentWorkerWhosePodWasMadeAnewIsEnded) {
  pods.set_unhealthy(worker->id, false);
  pods.Recreate(worker->id);
  runtime.script["check_health"] = std::deque<Fate>(3, Fate::kNotApplied);
  Check(3);
  EXPECT_EQ(Look(worker->id).row().retire_reason, "pod_gone");
}

TEST_F(HealthTest, TheAnswerOfAnotherPodIsNoneOfTheWorkers) {
  pods.set_unhealthy(worker->id, false);
  pods.Recreate(worker->id);  // the new pod answers, and is well
  Check(3);
  EXPECT_EQ(StateOf(worker->id), WorkerState::kLost);
  EXPECT_EQ(Look(worker->id).row().retire_reason, "pod_gone");
}

TEST_F(HealthTest, AWorkerThatHasForgottenItsOrgIsSick) {
  pods.set_unhealthy(worker->id, false);
  Check(3);
  EXPECT_EQ(StateOf(worker->id), WorkerState::kHot);
  pods.Restart(worker->id);
  Check(3);
  EXPECT_EQ(StateOf(worker->id), WorkerState::kLost);
  EXPECT_EQ(Look(worker->id).row().retire_reason, "unhealthy");
}

// It is activated before it serves again.
TEST_F(HealthTest, AParkedWorkerMayServeNoOrg) {
  pods.set_unhealthy(worker->id, false);
  ASSERT_TRUE(plane->Release(Session("s")).ok());
  pods.Restart(worker->id);
  Check(4);
  EXPECT_EQ(StateOf(worker->id), WorkerState::kHotIdle);
}

TEST_F(HealthTest, ASilentWorkerWhosePodLivesIsGivenUpMuchLaterIfOthersAnswer) {
  pods.set_unhealthy(worker->id, false);
  ASSERT_TRUE(Acquire("t").ok());
  std::deque<Fate>& fates = runtime.script["check_health"];
  for (int pass = 0; pass < config.unreachable_failures; ++pass) {
    fates.insert(fates.end(), {Fate::kNotApplied, Fate::kOk});
  }
  Check(config.unreachable_failures - 1);
  EXPECT_EQ(StateOf(worker->id), WorkerState::kHot);
  Check(1);
  EXPECT_EQ(StateOf(worker->id), WorkerState::kLost);
  EXPECT_EQ(Look(worker->id).row().retire_reason, "unreachable");
  EXPECT_EQ(plane->owned().Workers().size(), 1U);
}

TEST_F(HealthTest, AnOnlyWorkerIsNotGivenUpForItsSilence) {
  pods.set_unhealthy(worker->id, false);
  const int passes = 2 * config.unreachable_failures;
  runtime.script["check_health"] = std::deque<Fate>(passes, Fate::kNotApplied);
  Check(passes);
  EXPECT_EQ(StateOf(worker->id), WorkerState::kHot);
}

TEST_F(HealthTest, SilenceIsNoVerdictWhileThePlatformDoesNotAnswerEither) {
  const int passes = 2 * config.unreachable_failures;
  runtime.script["check_health"] = std::deque<Fate>(passes, Fate::kNotApplied);
  runtime.script["find_pod"] = std::deque<Fate>(passes, Fate::kNotApplied);
  Check(passes);
  EXPECT_EQ(StateOf(worker->id), WorkerState::kHot);
}

TEST_F(HealthTest, WhileMostAreSilentTheCheckerDoubtsItself) {
  pods.set_unhealthy(worker->id, false);
  ASSERT_TRUE(Acquire("t").ok());
  ASSERT_TRUE(Acquire("u").ok());
  const int passes = 2 * config.unreachable_failures;
  runtime.script["check_health"] = std::deque<Fate>(3 * passes, Fate::kNotApplied);
  Check(passes);
  EXPECT_EQ(plane->owned().Workers().size(), 3U);
  EXPECT_EQ(runtime.CallsOf("mark_lost"), 0);
  // It does not doubt what the platform says of one of them.
  runtime.script["check_health"] = std::deque<Fate>(3, Fate::kNotApplied);
  pods.Kill(worker->id);
  Check(1);
  EXPECT_EQ(StateOf(worker->id), WorkerState::kLost);
  EXPECT_EQ(plane->owned().Workers().size(), 2U);
}

TEST_F(HealthTest, SilenceWhileMostWereSilentIsNotCountedLater) {
  pods.set_unhealthy(worker->id, false);
  ASSERT_TRUE(Acquire("t").ok());
  std::deque<Fate>& fates = runtime.script["check_health"];
  fates.assign(static_cast<std::size_t>(2 * config.unreachable_failures), Fate::kNotApplied);
  Check(config.unreachable_failures);
  for (int pass = 0; pass < config.unreachable_failures - 1; ++pass) {
    fates.insert(fates.end(), {Fate::kNotApplied, Fate::kOk});
  }
  Check(config.unreachable_failures - 1);
  EXPECT_EQ(StateOf(worker->id), WorkerState::kHot);
}

// A worker that is refreshed again and again would otherwise never be found dead.
TEST_F(HealthTest, ARefreshDoesNotStartTheCountAnew) {
  Check(2);
  plane->refresher().Refresh(worker);
  Check(1);
  EXPECT_EQ(StateOf(worker->id), WorkerState::kLost);
}

TEST_F(HealthTest, AWorkerThatWasClaimedAnewStartsAtNone) {
  Check(2);
  ASSERT_TRUE(plane->Release(Session("s")).ok());
  ASSERT_TRUE(Acquire("t").ok());
  const ManagedWorkerPtr again = Known(worker->id);
  ASSERT_NE(again, nullptr);
  Check(2);
  EXPECT_EQ(StateOf(worker->id), WorkerState::kHot);
}

TEST_F(HealthTest, AnAnswerUnderALeaseThatIsNoMoreSaysNothing) {
  Check(2);
  runtime.meanwhile["check_health"] = [this] { plane->refresher().Refresh(worker); };
  Check(1);
  EXPECT_EQ(StateOf(worker->id), WorkerState::kHot);
  EXPECT_EQ(worker->health_failures, 2);
}

TEST_F(HealthTest, AStaleLeaseOnlyDropsWhatIsRemembered) {
  // Another control plane has it now, and the worker has seen its epoch.
  TransitionResult renewed = lifecycle->RefreshLease(LeaseOf(worker->id));
  ASSERT_TRUE(pods.UpdateCredentials(*renewed.lease, *secrets.Issue(Org("org-a"))).ok());
  Check(1);
  EXPECT_EQ(Known(worker->id), nullptr);
  EXPECT_EQ(StateOf(worker->id), WorkerState::kHot);
  EXPECT_EQ(runtime.CallsOf("mark_lost"), 0);
}

TEST_F(HealthTest, ARefusalThatTheRowDoesNotExplainIsAFailure) {
  pods.set_unhealthy(worker->id, false);
  const WorkerLease lease = LeaseOf(worker->id);
  TransitionResult renewed = lifecycle->RefreshLease(lease);
  ASSERT_TRUE(pods.UpdateCredentials(*renewed.lease, *secrets.Issue(Org("org-a"))).ok());
  // The row cannot be read: nothing is decided.
  runtime.script["observe"] = {Fate::kNotApplied};
  Check(1);
  EXPECT_NE(Known(worker->id), nullptr);
  EXPECT_EQ(worker->health_failures, 0);
}

TEST_F(HealthTest, AWorkerAheadOfItsRowIsEndedLikeAnyOtherSickOne) {
  pods.set_unhealthy(worker->id, false);
  std::unique_ptr<WorkerLifecycle> other = Other("cp-2", 2);
  const WorkerLease lease = LeaseOf(worker->id);
  // A worker that claims to have seen a newer epoch although the row says ours is the newest.
  const TransitionResult renewed = lifecycle->RefreshLease(lease);
  ASSERT_TRUE(pods.UpdateCredentials(*renewed.lease, *secrets.Issue(Org("org-a"))).ok());
  plane->owned().Forget(worker);
  const ManagedWorkerPtr known = plane->owned().Adopt(*renewed.lease, renewed.row->row());
  const TransitionResult again = lifecycle->RefreshLease(*renewed.lease);
  ASSERT_TRUE(pods.UpdateCredentials(*again.lease, *secrets.Issue(Org("org-a"))).ok());
  Check(1);
  EXPECT_EQ(Known(worker->id), nullptr);  // here the row explains it
}

TEST_F(HealthTest, AMissedEndDropsTheWorkerAndDeletesNothing) {
  Check(2);
  runtime.meanwhile["mark_lost"] = [this] {
    ASSERT_TRUE(lifecycle->RefreshLease(LeaseOf(worker->id)).landed());
  };
  HealthChecker checker(runtime, config, events, store, pods, pods, plane->lifecycle(),
                        plane->owned());
  EXPECT_EQ(checker.RunOnce().value(), 0);
  EXPECT_EQ(Known(worker->id), nullptr);
  EXPECT_TRUE(pods.Lives(worker->id));
}

TEST_F(HealthTest, WhatSomebodyWorksOnIsPassedOver) {
  absl::StatusOr<LeaseCell::Checkout> checkout = worker->cell.CheckOut();
  Check(1);
  EXPECT_EQ(runtime.CallsOf("check_health"), 0);
}

TEST_F(HealthTest, WhatSomebodyHasTakenMeanwhileIsPassedOver) {
  ASSERT_TRUE(Acquire("t").ok());  // a second worker
  runtime.meanwhile["check_health"] = [this] {
    for (const ManagedWorkerPtr& other : plane->owned().Workers()) other->cell.Drop();
  };
  Check(1);
  EXPECT_EQ(runtime.CallsOf("check_health"), 1);
  plane->owned().ForgetAll();
}

TEST_F(HealthTest, StopsWithItsProcess) {
  runtime.script["check_health"] = {Fate::kCancelled};
  EXPECT_TRUE(absl::IsCancelled(plane->CheckHealthOnce()));
}

}  // namespace
}  // namespace fencepost
