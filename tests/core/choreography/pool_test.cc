// The pool: who gets a worker, who waits, who gives up, who comes back.

#include <gmock/gmock.h>

#include "tests/core/choreography/plane_rig.h"

namespace fencepost {
namespace {

using testing::HasSubstr;

class PoolTest : public PlaneRig {
 protected:
  static constexpr WorkerId kFirst{1};
  absl::Status Release(const std::string& token) { return plane->Release(Session(token)); }
};

// ---- Acquiring ---------------------------------------------------------------------------------

TEST_F(PoolTest, AParkedWorkerOfTheOrgComesFirstThenAnIdleOneThenANewOne) {
  ASSERT_EQ(Acquire("a")->worker, kFirst);  // new
  ASSERT_TRUE(Release("a").ok());
  EXPECT_EQ(StateOf(kFirst), WorkerState::kHotIdle);
  EXPECT_EQ(Acquire("b")->worker, kFirst);  // parked
  config.warm_target[Image("image-1")] = 1;
  ASSERT_TRUE(plane->spawner().Replenish().ok());
  EXPECT_EQ(Acquire("c")->worker, WorkerId{2});  // idle
  EXPECT_EQ(Acquire("d")->worker, WorkerId{3});  // new again
  EXPECT_TRUE(plane->Serves(Session("d")));
}

TEST_F(PoolTest, WhatItGrantsNamesThePodAndTheEpoch) {
  const Acquired acquired = *Acquire("a");
  const WorkerRow row = Look(kFirst).row();
  EXPECT_EQ(acquired.pod_name, row.pod_name);
  EXPECT_EQ(acquired.pod_uid, row.pod_uid);
  EXPECT_EQ(acquired.epoch, row.owner_epoch);
  EXPECT_EQ(acquired.session, Session("a"));
}

TEST_F(PoolTest, AnIncompleteRequestIsRefused) {
  AcquireRequest request;
  EXPECT_TRUE(absl::IsInvalidArgument(plane->Acquire(request).status()));
  request.org = Org("org-a");
  EXPECT_TRUE(absl::IsInvalidArgument(plane->Acquire(request).status()));
  EXPECT_TRUE(absl::IsInvalidArgument(plane->Reconnect(SessionId()).status()));
  EXPECT_TRUE(absl::IsInvalidArgument(plane->Reconnect({Org("org-a"), {}}).status()));
}

TEST_F(PoolTest, ARequestWithoutATokenGetsOneOf128RandomBits) {
  AcquireRequest request;
  request.org = Org("org-a");
  request.image = Image("image-1");
  const SessionHandle session = plane->Acquire(request)->session;
  EXPECT_EQ(session.id.token, SessionToken("00000000000000040000000000000004"));
  EXPECT_TRUE(plane->Serves(session));
}

TEST_F(PoolTest, AnOrgDoesNotComeBackToTheSessionOfAnother) {
  ASSERT_TRUE(Acquire("a").ok());
  EXPECT_TRUE(absl::IsNotFound(
      plane->Reconnect({Org("org-b"), SessionToken("a")}, absl::Seconds(5)).status()));
  const SessionHandle foreign{{Org("org-b"), SessionToken("a")}, Session("a").holder};
  ASSERT_TRUE(plane->Release(foreign).ok());
  EXPECT_TRUE(plane->Serves(Session("a")));
  EXPECT_EQ(StateOfSession("a"), SessionState::kActive);
}

TEST_F(PoolTest, AnErrorOfAClaimIsNoReasonToSpawn) {
  ASSERT_TRUE(Acquire("a").ok());
  ASSERT_TRUE(Release("a").ok());
  runtime.script["claim_hot_idle"] = {Fate::kNotApplied};
  EXPECT_EQ(Acquire("b")->worker, kFirst);
  EXPECT_EQ(store.workers().size(), 1U);
}

TEST_F(PoolTest, WhoMeetsACapWaitsUntilSomebodyLeaves) {
  config.caps.per_org = 1;
  ASSERT_TRUE(Acquire("a").ok());
  int waits = 0;
  runtime.on_wait = [this, &waits] {
    if (++waits == 2) Release("a").IgnoreError();
  };
  EXPECT_EQ(Acquire("b")->worker, kFirst);
  EXPECT_EQ(waits, 2);
}

TEST_F(PoolTest, WhoMeetsACapForTooLongIsToldWhy) {
  config.caps.per_org = 1;
  ASSERT_TRUE(Acquire("a").ok());
  const absl::Time before = runtime.now;
  const absl::Status status = Acquire("b", absl::Seconds(10)).status();
  EXPECT_TRUE(absl::IsDeadlineExceeded(status));
  EXPECT_THAT(std::string(status.message()), HasSubstr("org_cap"));
  EXPECT_EQ(runtime.now - before, absl::Seconds(10));
}

TEST_F(PoolTest, PatienceIsTheConfigurationsUnlessTheClientHasItsOwn) {
  config.caps.per_org = 0;
  const absl::Time before = runtime.now;
  EXPECT_TRUE(absl::IsDeadlineExceeded(Acquire("a", absl::ZeroDuration()).status()));
  EXPECT_EQ(runtime.now - before, config.acquire_timeout);
}

TEST_F(PoolTest, AWorkerThatDoesNotComeUpIsTriedAgain) {
  config.activate_timeout = absl::Milliseconds(300);
  runtime.script["activate"] = {Fate::kNotApplied, Fate::kNotApplied};
  EXPECT_EQ(Acquire("a")->worker, kFirst);
  EXPECT_EQ(runtime.CallsOf("return_hot_idle"), 1);
}

TEST_F(PoolTest, ASessionThatCannotBeOpenedGivesNoWorker) {
  runtime.script["open_session"] = std::deque<Fate>(200, Fate::kNotApplied);
  EXPECT_TRUE(absl::IsDeadlineExceeded(Acquire("a", absl::Seconds(2)).status()));
  EXPECT_FALSE(plane->Serves(Session("a")));
}

// Each attempt has cost an activation: after one second, one to two, two
// to four, four to eight, and then every eight to sixteen.
TEST_F(PoolTest, AttemptsThatBeginNoSessionBecomeRare) {
  runtime.script["open_session"] = std::deque<Fate>(2000, Fate::kNotApplied);
  EXPECT_TRUE(absl::IsDeadlineExceeded(Acquire("a", absl::Minutes(2)).status()));
  EXPECT_GE(runtime.CallsOf("begin_activation"), 6);
  EXPECT_LE(runtime.CallsOf("begin_activation"), 20);
}

TEST_F(PoolTest, OnceClosedNothingNewIsServed) {
  plane->owned().Close();
  EXPECT_TRUE(absl::IsUnavailable(Acquire("a").status()));
  EXPECT_TRUE(absl::IsUnavailable(Reconnect("a").status()));
}

TEST_F(PoolTest, ClosedWhileAClientWaitsTellsIt) {
  config.caps.per_org = 0;
  runtime.on_wait = [this] { plane->owned().Close(); };
  EXPECT_TRUE(absl::IsUnavailable(Acquire("a").status()));
}

// ---- Clients that give up ----------------------------------------------------------------------

TEST_F(PoolTest, WhoGivesUpBeforeTheWorkBeginsLeavesNothing) {
  runtime.keep_spawned = true;
  EXPECT_TRUE(absl::IsDeadlineExceeded(Acquire("a", absl::Seconds(1)).status()));
  EXPECT_EQ(plane->requests_under_way(), 1);
  runtime.spawned.front()();
  EXPECT_EQ(plane->requests_under_way(), 0);
  EXPECT_EQ(StateOf(kFirst), WorkerState::kHotIdle);  // made, and parked for the next one
  EXPECT_TRUE(store.sessions().empty());
}

TEST_F(PoolTest, WhoGivesUpWhileTheSessionIsOpenedLosesItAgain) {
  runtime.keep_spawned = true;
  bool gave_up = false;
  // The work runs while its client waits, and the client's time is over in the middle of it.
  runtime.on_wait = [this] {
    std::vector<std::function<void()>> work = std::exchange(runtime.spawned, {});
    for (const auto& body : work) body();
  };
  runtime.meanwhile["open_session"] = [&] {
    gave_up = true;
    runtime.now += absl::Hours(1);
  };
  EXPECT_TRUE(Acquire("a", absl::Seconds(5)).ok());  // it was just in time after all
  EXPECT_TRUE(gave_up);
  EXPECT_EQ(StateOfSession("a"), SessionState::kActive);
}

TEST_F(PoolTest, AbandonedAfterTheSessionWasOpenedIsClosedAndParked) {
  runtime.keep_spawned = true;
  EXPECT_FALSE(Acquire("a", absl::Seconds(1)).ok());  // nobody works yet: abandoned
  EXPECT_FALSE(Acquire("b", absl::Seconds(1)).ok());
  std::vector<std::function<void()>> work = std::exchange(runtime.spawned, {});
  for (const auto& body : work) body();
  EXPECT_EQ(StateOf(kFirst), WorkerState::kHotIdle);
  EXPECT_EQ(plane->sessions_open(), 0U);
}

TEST_F(PoolTest, AnAbandonedAttemptThatFindsNothingStops) {
  config.caps.per_org = 0;
  runtime.keep_spawned = true;
  EXPECT_FALSE(Acquire("a", absl::Seconds(1)).ok());
  runtime.spawned.front()();
  EXPECT_EQ(plane->requests_under_way(), 0);
}

TEST_F(PoolTest, AWorkerOnWhichNoSessionCouldBeOpenedIsTakenByTheNextAttempt) {
  runtime.script["open_session"] = std::deque<Fate>(5, Fate::kNotApplied);
  EXPECT_EQ(Acquire("a")->worker, kFirst);
  EXPECT_EQ(store.workers().size(), 1U);
}

// ---- Leaving -----------------------------------------------------------------------------------

TEST_F(PoolTest, AReleaseWhoseParkingIsRefusedLeavesTheWorkerHotForTheUpkeep) {
  ASSERT_TRUE(Acquire("a").ok());
  runtime.script["park"] = {Fate::kNotApplied};
  ASSERT_TRUE(Release("a").ok());
  EXPECT_EQ(StateOf(kFirst), WorkerState::kHot);
  ASSERT_TRUE(plane->UpkeepOnce().ok());
  EXPECT_EQ(StateOf(kFirst), WorkerState::kHotIdle);
}

TEST_F(PoolTest, AReleaseUnderAStaleLeaseForgetsTheWorker) {
  ASSERT_TRUE(Acquire("a").ok());
  ASSERT_TRUE(lifecycle->RefreshLease(LeaseOf(kFirst)).landed());
  ASSERT_TRUE(Release("a").ok());
  EXPECT_EQ(Known(kFirst), nullptr);
  EXPECT_EQ(StateOf(kFirst), WorkerState::kHot);
}

TEST_F(PoolTest, AParkingInDoubtForgetsTheWorker) {
  config.settle_attempts = 1;
  ASSERT_TRUE(Acquire("a").ok());
  runtime.script["park"] = {Fate::kReplyLost};
  ASSERT_TRUE(Release("a").ok());
  EXPECT_EQ(Known(kFirst), nullptr);
}

TEST_F(PoolTest, AReleaseOfWhatIsNotServedHereOnlyClosesTheSession) {
  EXPECT_TRUE(Release("unknown").ok());
  EXPECT_EQ(runtime.CallsOf("park"), 0);
}

TEST_F(PoolTest, AReleaseOfAWorkerThatIsGoneParksNothing) {
  ASSERT_TRUE(Acquire("a").ok());
  Known(kFirst)->cell.Drop();
  ASSERT_TRUE(Release("a").ok());
  EXPECT_EQ(Known(kFirst), nullptr);
  EXPECT_EQ(runtime.CallsOf("park"), 0);
}

TEST_F(PoolTest, AReleaseStopsWithItsProcess) {
  ASSERT_TRUE(Acquire("a").ok());
  {
    absl::StatusOr<LeaseCell::Checkout> held = Known(kFirst)->cell.CheckOut();
    runtime.on_wait = [this] { runtime.cancelled = true; };
    EXPECT_TRUE(absl::IsCancelled(Release("a")));
  }
}

TEST_F(PoolTest, AnAcquisitionStopsWhereverItsProcessIsStopped) {
  for (int steps = 0; steps < 40; ++steps) {
    runtime.cancelled = false;
    runtime.stop_after = steps;
    const std::string token = "a" + std::to_string(steps);
    const absl::StatusOr<Acquired> acquired = Acquire(token);
    runtime.stop_after.reset();
    if (acquired.ok()) return;
    EXPECT_TRUE(absl::IsCancelled(acquired.status())) << steps << ": " << acquired.status();
  }
  ADD_FAILURE() << "it never came through";
}

// ---- Coming back -------------------------------------------------------------------------------

TEST_F(PoolTest, AClientThatWasDisconnectedFindsItsWorkerAgain) {
  ASSERT_TRUE(Acquire("a").ok());
  ASSERT_TRUE(plane->Disconnect(Session("a")).ok());
  EXPECT_EQ(StateOfSession("a"), SessionState::kReconnecting);
  EXPECT_EQ(Reconnect("a")->worker, kFirst);
  EXPECT_EQ(StateOfSession("a"), SessionState::kActive);
  EXPECT_TRUE(plane->Serves(Session("a")));
}

TEST_F(PoolTest, ASessionThatIsOverIsNotFound) {
  EXPECT_TRUE(absl::IsNotFound(Reconnect("never").status()));
  ASSERT_TRUE(Acquire("a").ok());
  ASSERT_TRUE(Release("a").ok());
  EXPECT_TRUE(absl::IsNotFound(Reconnect("a").status()));
}

class TakeOverTest : public PoolTest {
 protected:
  // cp-2 serves a client.
  TakeOverTest() : owner(Other("cp-2", 2)) {
    const ClaimResult slot = owner->CreateOrgSlot(Org("org-a"), Image("image-1"));
    lease = std::make_unique<WorkerLease>(*slot.lease);
    const PodInfo pod = *pods.CreatePod({.worker = kFirst,
                                         .name = PodNameOf(kFirst),
                                         .image = Image("image-1"),
                                         .secret = SecretNameOf(kFirst)});
    EXPECT_TRUE(owner->PublishReserved(*lease, pod.uid).landed());
    EXPECT_TRUE(owner->BeginActivation(*lease).landed());
    EXPECT_TRUE(pods.Activate(*lease, Org("org-a"), *secrets.Issue(Org("org-a"))).ok());
    EXPECT_TRUE(owner->FinishActivation(*lease, store_now + absl::Hours(1)).landed());
    EXPECT_EQ(store.OpenSession(Session("a"), *lease, absl::Hours(1))->outcome,
              TransitionOutcome::kTransitioned);
  }
  void OwnerIsGone() { EXPECT_TRUE(store.DeregisterControlPlane(CpId("cp-2")).ok()); }

  std::unique_ptr<WorkerLifecycle> owner;
  std::unique_ptr<WorkerLease> lease;
};

TEST_F(TakeOverTest, FromAnOwnerThatIsGoneTheWorkerIsTakenOverAndActivatedAnew) {
  OwnerIsGone();
  const auto back = Reconnect("a");
  ASSERT_TRUE(back.ok()) << back.status();
  EXPECT_EQ(Look(kFirst).row().owner_cp, CpId("cp-1"));
  EXPECT_EQ(StateOf(kFirst), WorkerState::kHot);
  EXPECT_EQ(store.FindSession(IdOf("a")).value()->epoch, back->epoch);
}

TEST_F(TakeOverTest, FromAnOwnerThatLivesNothingIsTakenAndItsNameIsTold) {
  const absl::Status status = Reconnect("a").status();
  EXPECT_TRUE(absl::IsUnavailable(status));
  EXPECT_THAT(std::string(status.message()), HasSubstr("cp-2 serves this session"));
  EXPECT_EQ(Look(kFirst).row().owner_cp, CpId("cp-2"));
}

TEST_F(TakeOverTest, OfAFencedOrForgottenWorkerThereIsNothingToComeBackTo) {
  ASSERT_TRUE(owner->MarkLost(*lease, "sick").landed());
  EXPECT_TRUE(absl::IsNotFound(Reconnect("a").status()));
  store_now += absl::Hours(1);
  runtime.meanwhile["observe"] = [this] {
    ASSERT_TRUE(store.ForgetWorkers(absl::ZeroDuration(), 10).ok());
  };
  EXPECT_TRUE(absl::IsNotFound(Reconnect("a").status()));
}

TEST_F(TakeOverTest, WhatIsRefusedOnTheWayIsTriedAgain) {
  OwnerIsGone();
  runtime.script["find_session"] = {Fate::kNotApplied};
  runtime.script["observe"] = {Fate::kNotApplied};
  runtime.script["take_over"] = {Fate::kNotApplied};
  runtime.script["reclaim_session"] = std::deque<Fate>(5, Fate::kNotApplied);
  EXPECT_TRUE(Reconnect("a").ok());
}

TEST_F(TakeOverTest, AClientThatHasGoneIsNotServed) {
  OwnerIsGone();
  runtime.keep_spawned = true;
  EXPECT_FALSE(Reconnect("a").ok());
  runtime.spawned.front()();
  EXPECT_FALSE(plane->Serves(Session("a")));
  EXPECT_EQ(StateOf(kFirst), WorkerState::kHot);  // its session may still come back
}

TEST_F(TakeOverTest, ALeaseThatIsDroppedMeanwhileSaysNothingOfTheSession) {
  ASSERT_TRUE(owner->MarkLost(*lease, "sick").landed());
  ASSERT_TRUE(Acquire("b").ok());
  const WorkerId own = WorkerId{2};
  absl::StatusOr<LeaseCell::Checkout> held = Known(own)->cell.CheckOut();
  runtime.on_wait = [this, own] {
    if (const ManagedWorkerPtr known = Known(own)) known->cell.Drop();
    runtime.now += absl::Seconds(1);
  };
  EXPECT_FALSE(absl::IsNotFound(Reconnect("b").status()));
}

TEST_F(TakeOverTest, AnAbandonedReturnStopsWhenItFails) {
  runtime.keep_spawned = true;
  EXPECT_FALSE(Reconnect("a").ok());
  runtime.spawned.front()();  // the owner lives
  EXPECT_EQ(plane->requests_under_way(), 0);
}

TEST_F(TakeOverTest, ClosedInTheMiddleTellsTheClient) {
  runtime.script["find_session"] = {Fate::kNotApplied};
  runtime.meanwhile["find_session"] = [this] { plane->owned().Close(); };
  EXPECT_TRUE(absl::IsUnavailable(Reconnect("a").status()));
}

TEST_F(TakeOverTest, AReturnStopsWhereverItsProcessIsStopped) {
  OwnerIsGone();
  for (const char* site : {"find_session", "observe", "take_over", "activate", "reclaim_session"}) {
    runtime.cancelled = false;
    runtime.script[site] = {Fate::kCancelled};
    EXPECT_TRUE(absl::IsCancelled(Reconnect("a").status())) << site;
  }
  runtime.cancelled = false;
  runtime.script["find_session"] = {Fate::kNotApplied};
  runtime.stop_after = 1;
  EXPECT_TRUE(absl::IsCancelled(Reconnect("a").status()));
}

TEST_F(PoolTest, AnOwnWorkerThatServesNobodyAnyMoreIsNotActivatedOverAgain) {
  ASSERT_TRUE(Acquire("a").ok());
  ASSERT_TRUE(plane->Disconnect(Session("a")).ok());
  // Parked by somebody although the session is open in name: it has lapsed by the store's clock.
  store_now += absl::Hours(1);
  ASSERT_TRUE(plane->UpkeepOnce().ok());
  ASSERT_EQ(StateOf(kFirst), WorkerState::kHotIdle);
  const absl::Status status = Reconnect("a").status();
  EXPECT_TRUE(absl::IsNotFound(status)) << status;
  EXPECT_EQ(StateOf(kFirst), WorkerState::kHotIdle);
}

TEST_F(PoolTest, AWorkerParkedWhileItsClientWasOnTheWayBackStaysParked) {
  ASSERT_TRUE(Acquire("a").ok());
  ASSERT_TRUE(plane->Disconnect(Session("a")).ok());
  runtime.meanwhile["find_session"] = [this] {
    Known(kFirst)->state = WorkerState::kHotIdle;  // as a parking in between would tell
  };
  EXPECT_TRUE(absl::IsAborted(Reconnect("a").status()));
  EXPECT_EQ(runtime.CallsOf("mark_lost"), 0);
}

}  // namespace
}  // namespace fencepost
