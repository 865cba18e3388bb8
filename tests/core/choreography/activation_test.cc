// Activation: it ends in a hot worker or gives the worker back; only evidence about the worker ends
// it.

#include <gmock/gmock.h>

#include "core/lifecycle/end_worker.h"
#include "core/lifecycle/retry.h"
#include "tests/core/choreography/plane_rig.h"

namespace fencepost {
namespace {

using testing::ElementsAre;

class ActivationTest : public PlaneRig {
 protected:
  ActivationTest() : backoff(runtime, config), activator(With(pods)) { Spawn(); }

  Activator With(WorkerRpc& rpc) {
    return Activator(runtime, config, events, pods, secrets, rpc, plane->lifecycle(),
                     plane->owned(), backoff);
  }
  void Spawn() {
    worker = *plane->spawner().SpawnFor(Org("org-a"), Image("image-1"), [](ClaimOutcome) {});
  }

  absl::Status Activate() {
    absl::StatusOr<LeaseCell::Checkout> checkout = worker->cell.CheckOut();
    return activator.Activate(*worker, *checkout);
  }

  void ExpectGivenBack(WorkerState state) {
    EXPECT_EQ(StateOf(worker->id), state);
    EXPECT_EQ(worker->state, state);
    EXPECT_FALSE(worker->cell.dropped());
    EXPECT_TRUE(pods.Lives(worker->id));
    EXPECT_EQ(Look(worker->id).row().org, Org(state == WorkerState::kIdle ? "" : "org-a"));
  }

  OrgBackoff backoff;
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

TEST_F(ActivationTest, ThatStaysImpossibleGivesTheWorkerBack) {
  for (const char* site :
       {"begin_activation", "issue_credentials", "activate", "finish_activation"}) {
    Spawn();
    config.activate_timeout = absl::Milliseconds(700);
    runtime.script[site] = std::deque<Fate>(9, Fate::kNotApplied);
    EXPECT_FALSE(Activate().ok()) << site;
    const bool begun = site == std::string("activate") || site == std::string("finish_activation");
    ExpectGivenBack(begun ? WorkerState::kHotIdle : WorkerState::kIdle);
    runtime.script.clear();
  }
}

TEST_F(ActivationTest, OfAnOrgThatTheIssuerRefusesTouchesNoWorker) {
  secrets.RefuseOrg(Org("org-a"));
  EXPECT_TRUE(absl::IsPermissionDenied(Activate()));
  ExpectGivenBack(WorkerState::kIdle);
  EXPECT_EQ(runtime.CallsOf("begin_activation"), 0);
  EXPECT_EQ(runtime.CallsOf("activate"), 0);
  EXPECT_GT(backoff.NextTurn(Org("org-a")), runtime.now);
}

TEST_F(ActivationTest, OfAParkedWorkerThatIsRefusedParksItAgain) {
  ASSERT_TRUE(Activate().ok());
  ASSERT_TRUE(lifecycle->Park(LeaseOf(worker->id)).landed());
  const ClaimResult claim = plane->lifecycle().ClaimHotIdle(Org("org-a"), Image());
  worker = plane->owned().Adopt(*claim.lease, claim.row->row());
  secrets.RefuseOrg(Org("org-a"));
  EXPECT_TRUE(absl::IsPermissionDenied(Activate()));
  ExpectGivenBack(WorkerState::kHotIdle);
  secrets.AllowOrg(Org("org-a"));
}

TEST_F(ActivationTest, ThatTheWorkerRefusesBecauseOfTheCredentialsGivesTheWorkerBack) {
  class RefusingRpc : public WorkerRpc {
   public:
    absl::Status Activate(const WorkerLease&, const Org&, const Credentials&) override {
      return absl::UnauthenticatedError("the credentials are no good");
    }
    absl::Status UpdateCredentials(const WorkerLease&, const Credentials&) override {
      return absl::OkStatus();
    }
    absl::StatusOr<WorkerHealth> CheckHealth(const WorkerLease&) override { return WorkerHealth{}; }
  } rpc;
  Activator refused = With(rpc);
  {
    absl::StatusOr<LeaseCell::Checkout> checkout = worker->cell.CheckOut();
    EXPECT_TRUE(absl::IsUnauthenticated(refused.Activate(*worker, *checkout)));
  }
  ExpectGivenBack(WorkerState::kHotIdle);
  EXPECT_GT(backoff.NextTurn(Org("org-a")), runtime.now);
}

TEST_F(ActivationTest, OfAWorkerWhosePodDiesEndsTheWorker) {
  config.activate_timeout = absl::Milliseconds(700);
  pods.Kill(worker->id);
  EXPECT_FALSE(Activate().ok());
  EXPECT_EQ(StateOf(worker->id), WorkerState::kLost);
  EXPECT_TRUE(worker->cell.dropped());
  EXPECT_EQ(backoff.size(), 0U);
  // At once: its client may be served by another worker.
  EXPECT_EQ(runtime.CallsOf("activate"), 1);
}

TEST_F(ActivationTest, WithoutEvidenceEndsNoWorker) {
  config.activate_timeout = absl::Milliseconds(700);
  runtime.script["activate"] = std::deque<Fate>(9, Fate::kNotApplied);
  runtime.script["find_pod"] = std::deque<Fate>(9, Fate::kNotApplied);
  EXPECT_FALSE(Activate().ok());
  ExpectGivenBack(WorkerState::kHotIdle);
  EXPECT_EQ(backoff.size(), 0U);
}

TEST_F(ActivationTest, WhoseReturnFailsLeavesTheWorkerToTheUpkeep) {
  secrets.RefuseOrg(Org("org-a"));
  runtime.script["return_idle"] = {Fate::kNotApplied};
  EXPECT_TRUE(absl::IsPermissionDenied(Activate()));
  EXPECT_EQ(worker->state, WorkerState::kReserved);
  EXPECT_FALSE(worker->cell.dropped());
}

TEST_F(ActivationTest, ThatSucceedsEndsTheBackOffOfItsOrg) {
  backoff.Failed(Org("org-a"), absl::PermissionDeniedError(""));
  ASSERT_TRUE(Activate().ok());
  EXPECT_EQ(backoff.size(), 0U);
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
    worker = *plane->spawner().SpawnFor(Org("org-a"), Image("image-1"), [](ClaimOutcome) {});
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
    worker = *plane->spawner().SpawnFor(Org("org-a"), Image("image-1"), [](ClaimOutcome) {});
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
