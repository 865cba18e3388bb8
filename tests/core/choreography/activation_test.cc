// Activation: it ends in a hot worker, or in one that is fenced, or it leaves the lease alone.

#include <gmock/gmock.h>

#include "core/lifecycle/end_worker.h"
#include "core/lifecycle/retry.h"
#include "tests/core/choreography/plane_rig.h"

namespace fencepost {
namespace {

using testing::ElementsAre;

class ActivationTest : public PlaneRig {
 protected:
  ActivationTest()
      : activator(runtime, config, events, secrets, pods, plane->lifecycle(), plane->owned()) {
    worker = *plane->spawner().SpawnFor(Org("org-a"), Image("image-1"), [] {});
  }

  absl::Status Activate() {
    absl::StatusOr<LeaseCell::Checkout> checkout = worker->cell.CheckOut();
    return activator.Activate(*worker, *checkout);
  }

  Activator activator;
  ManagedWorkerPtr worker;
};

TEST_F(ActivationTest, MakesAReservedWorkerHotWithCredentials) {
  ASSERT_TRUE(Activate().ok());
  EXPECT_EQ(StateOf(worker->id), WorkerState::kHot);
  EXPECT_EQ(worker->state, WorkerState::kHot);
  EXPECT_EQ(pods.pods()[0].org, Org("org-a"));
  EXPECT_GT(Look(worker->id).row().credentials_expiry, absl::InfinitePast());
  EXPECT_EQ(worker->refresh_at, runtime.now + absl::Minutes(30));  // half of an hour
}

TEST_F(ActivationTest, WhatIsRefusedOrLostOnTheWayIsTriedAgain) {
  for (const char* site :
       {"begin_activation", "issue_credentials", "activate", "finish_activation"}) {
    runtime.script[site] = {Fate::kNotApplied, Fate::kReplyLost};
  }
  ASSERT_TRUE(Activate().ok());
  EXPECT_EQ(StateOf(worker->id), WorkerState::kHot);
}

TEST_F(ActivationTest, GoesOnWithOneThatHasBegun) {
  ASSERT_TRUE(lifecycle->BeginActivation(LeaseOf(worker->id)).landed());
  worker->Learn(Look(worker->id).row());
  ASSERT_TRUE(Activate().ok());
  EXPECT_EQ(StateOf(worker->id), WorkerState::kHot);
}

TEST_F(ActivationTest, ThatStaysImpossibleEndsTheWorker) {
  for (const char* site :
       {"begin_activation", "issue_credentials", "activate", "finish_activation"}) {
    worker = *plane->spawner().SpawnFor(Org("org-a"), Image("image-1"), [] {});
    config.activate_timeout = absl::Milliseconds(700);
    runtime.script[site] = std::deque<Fate>(9, Fate::kNotApplied);
    EXPECT_FALSE(Activate().ok()) << site;
    EXPECT_EQ(StateOf(worker->id), WorkerState::kLost) << site;
    EXPECT_TRUE(worker->cell.dropped()) << site;
    EXPECT_FALSE(pods.Lives(worker->id)) << site;
    runtime.script.clear();
  }
}

TEST_F(ActivationTest, ThatTheWorkerRefusesEndsTheWorker) {
  ASSERT_TRUE(pods.Activate(LeaseOf(worker->id), Org("org-z"), *secrets.Issue(Org("org-z"))).ok());
  EXPECT_TRUE(absl::IsFailedPrecondition(Activate()));
  EXPECT_EQ(StateOf(worker->id), WorkerState::kLost);
}

TEST_F(ActivationTest, OfAWorkerThatIsOursNoMoreTouchesNothing) {
  ASSERT_TRUE(lifecycle->MarkLost(LeaseOf(worker->id), "elsewhere").landed());
  EXPECT_TRUE(absl::IsFailedPrecondition(Activate()));
  EXPECT_TRUE(worker->cell.dropped());
  EXPECT_EQ(runtime.CallsOf("activate"), 0);
  EXPECT_EQ(runtime.CallsOf("delete_pod"), 0);
}

TEST_F(ActivationTest, InDoubtEndsNoWorker) {
  for (const char* site : {"begin_activation", "finish_activation"}) {
    worker = *plane->spawner().SpawnFor(Org("org-a"), Image("image-1"), [] {});
    config.settle_attempts = 1;
    runtime.script[site] = {Fate::kReplyLost};
    EXPECT_FALSE(Activate().ok()) << site;
    EXPECT_TRUE(worker->cell.dropped()) << site;
    EXPECT_TRUE(pods.Lives(worker->id)) << site;
  }
}

TEST_F(ActivationTest, IsLeftToTheShutdownOnceClosed) {
  runtime.script["activate"] = {Fate::kNotApplied};
  runtime.meanwhile["activate"] = [this] { plane->owned().Close(); };
  EXPECT_TRUE(absl::IsUnavailable(Activate()));
  EXPECT_EQ(StateOf(worker->id), WorkerState::kActivating);
  EXPECT_FALSE(worker->cell.dropped());
}

TEST_F(ActivationTest, StopsWhereverItsProcessIsStopped) {
  for (const char* site :
       {"begin_activation", "issue_credentials", "activate", "finish_activation"}) {
    runtime.cancelled = false;
    worker = *plane->spawner().SpawnFor(Org("org-a"), Image("image-1"), [] {});
    runtime.script[site] = {Fate::kCancelledAfter};
    EXPECT_TRUE(absl::IsCancelled(Activate())) << site;
  }
}

// ---- Ending, and trying again ------------------------------------------------------------------

TEST_F(ActivationTest, AnEndThatDoesNotLandDeletesNothing) {
  absl::StatusOr<LeaseCell::Checkout> checkout = worker->cell.CheckOut();
  runtime.script["mark_lost"] = {Fate::kNotApplied};
  EndAsLost(plane->lifecycle(), *checkout, "test");
  EXPECT_TRUE(worker->cell.dropped());
  EXPECT_TRUE(pods.Lives(worker->id));
}

TEST(Retry, IsForWhatMaySucceedLater) {
  EXPECT_FALSE(IsTransient(absl::OkStatus()));
  EXPECT_FALSE(IsTransient(absl::CancelledError()));
  EXPECT_FALSE(IsTransient(absl::FailedPreconditionError("")));
  EXPECT_FALSE(IsTransient(absl::AlreadyExistsError("")));
  EXPECT_FALSE(IsTransient(absl::InvalidArgumentError("")));
  EXPECT_FALSE(IsTransient(absl::NotFoundError("")));
  EXPECT_TRUE(IsTransient(absl::UnavailableError("")));
  EXPECT_TRUE(IsTransient(absl::UnknownError("")));
  EXPECT_TRUE(IsTransient(absl::DeadlineExceededError("")));
  EXPECT_TRUE(IsTransient(absl::AbortedError("")));
  EXPECT_TRUE(IsTransient(absl::InternalError("")));
  EXPECT_TRUE(IsTransient(absl::ResourceExhaustedError("")));
}

TEST(Retry, EndsWithPatienceWithGivingUpAndWithCancellation) {
  ScriptedRuntime runtime;
  int calls = 0;
  const auto fails = [&calls] {
    ++calls;
    return absl::UnavailableError("");
  };
  const auto never = [] { return false; };
  const auto second = [&calls] { return calls >= 2; };
  EXPECT_FALSE(
      RetryCall(runtime, {runtime.now + absl::Seconds(3), absl::Seconds(1), never}, fails).ok());
  EXPECT_EQ(calls, 4);  // at 0, 1, 2 and 3 seconds
  calls = 0;
  EXPECT_FALSE(RetryCall(runtime, {absl::InfiniteFuture(), absl::Seconds(1), second}, fails).ok());
  EXPECT_EQ(calls, 2);
  calls = 0;
  runtime.cancelled = true;
  EXPECT_FALSE(RetryCall(runtime, {absl::InfiniteFuture(), absl::Seconds(1), never}, fails).ok());
  EXPECT_EQ(calls, 1);
}

}  // namespace
}  // namespace fencepost
