// Upkeep: memory and rows agree again, whatever was lost.

#include <gmock/gmock.h>

#include "tests/core/choreography/plane_rig.h"

namespace fencepost {
namespace {

class UpkeepTest : public PlaneRig {
 protected:
  static constexpr WorkerId kFirst{1};
  void Upkeep() { ASSERT_TRUE(plane->UpkeepOnce().ok()); }
  // A worker of ours that memory does not know, spawned to the state.
  void Lost(WorkerState state) {
    const WorkerLease lease = Spawning();
    const WorkerId id = lease.worker();
    const PodInfo pod = *pods.CreatePod({.worker = id,
                                         .name = PodNameOf(id),
                                         .image = Image("image-1"),
                                         .secret = SecretNameOf(id)});
    if (state == WorkerState::kSpawning) return;
    ASSERT_TRUE(lifecycle->PublishReserved(lease, pod.uid).landed());
    if (state == WorkerState::kReserved) return;
    ASSERT_TRUE(lifecycle->BeginActivation(lease).landed());
    if (state == WorkerState::kActivating) return;
    ASSERT_TRUE(pods.Activate(lease, Org("org-a"), *secrets.Issue(Org("org-a"))).ok());
    ASSERT_TRUE(lifecycle->FinishActivation(lease, store_now + absl::Hours(1)).landed());
    if (state == WorkerState::kDraining) {
      ASSERT_TRUE(lifecycle->Drain(lease, SessionRule::kSpareSessions, "test").landed());
    }
  }
};

TEST_F(UpkeepTest, TakesUpEachLostWorkerAsItsStateAsks) {
  Lost(WorkerState::kSpawning);
  Lost(WorkerState::kReserved);
  Lost(WorkerState::kActivating);
  Lost(WorkerState::kHot);
  Lost(WorkerState::kDraining);
  Upkeep();
  EXPECT_EQ(StateOf(WorkerId{1}), WorkerState::kLost);  // nobody waits for it
  EXPECT_FALSE(pods.Lives(WorkerId{1}));
  EXPECT_EQ(StateOf(WorkerId{2}), WorkerState::kHotIdle);
  EXPECT_EQ(StateOf(WorkerId{3}), WorkerState::kHotIdle);
  EXPECT_EQ(Known(WorkerId{4})->state, WorkerState::kHot);  // parked by the next pass
  EXPECT_EQ(Known(WorkerId{5}), nullptr);                   // the shutdown's, or the janitor's
  Upkeep();
  EXPECT_EQ(StateOf(WorkerId{4}), WorkerState::kHotIdle);
}

TEST_F(UpkeepTest, ALostClaimThatCannotBeActivatedIsGivenBack) {
  Lost(WorkerState::kReserved);
  config.activate_timeout = absl::Milliseconds(300);
  runtime.script["activate"] = std::deque<Fate>(4, Fate::kNotApplied);
  Upkeep();
  EXPECT_EQ(StateOf(kFirst), WorkerState::kHotIdle);
  EXPECT_EQ(Known(kFirst)->state, WorkerState::kHotIdle);
}

TEST_F(UpkeepTest, GoesOnWithAnActivationThatWasLeftToIt) {
  Lost(WorkerState::kReserved);
  config.activate_timeout = absl::Milliseconds(300);
  runtime.script["begin_activation"] = std::deque<Fate>(2, Fate::kNotApplied);
  runtime.script["return_idle"] = {Fate::kNotApplied};
  Upkeep();
  EXPECT_EQ(Known(kFirst)->state, WorkerState::kReserved);
  Upkeep();
  EXPECT_EQ(StateOf(kFirst), WorkerState::kHotIdle);  // activated and parked
  EXPECT_EQ(runtime.CallsOf("activate"), 1);
}

TEST_F(UpkeepTest, LeavesAClaimAloneWhoseAnswerIsStillOnItsWay) {
  runtime.meanwhile["create_secret"] = [this] { Upkeep(); };  // known: the spawner works on it
  ASSERT_TRUE(Acquire("a").ok());
  ASSERT_TRUE(plane->Release(Session("a")).ok());
  // The claim has landed, its reply is lost, and it is being settled when the upkeep comes.
  runtime.script["claim_hot_idle"] = {Fate::kReplyLost};
  runtime.meanwhile["find_claim"] = [this] { Upkeep(); };
  ASSERT_TRUE(Acquire("b").ok());
  EXPECT_EQ(runtime.CallsOf("begin_activation"), 2);  // one for each client, none for the upkeep
  EXPECT_EQ(StateOfSession("b"), SessionState::kActive);
}

// The publication of a spawn that nobody waits for lands after the upkeep has listed the worker.
// The worker is well, and the next pass takes it up.
TEST_F(UpkeepTest, EndsNoWorkerThatWasPublishedSinceItWasListed) {
  const WorkerLease lease = Spawning();
  const PodUid uid = pods.CreatePod({.worker = kFirst,
                                     .name = PodNameOf(kFirst),
                                     .image = Image("image-1"),
                                     .secret = SecretNameOf(kFirst)})
                         ->uid;
  runtime.meanwhile["retire_from_snapshot"] = [&] {
    EXPECT_TRUE(lifecycle->PublishReserved(lease, uid).landed());
  };
  Upkeep();
  EXPECT_EQ(StateOf(kFirst), WorkerState::kReserved);
  EXPECT_TRUE(pods.Lives(kFirst));
  Upkeep();
  EXPECT_EQ(StateOf(kFirst), WorkerState::kHotIdle);
}

TEST_F(UpkeepTest, ForgetsWhatIsOursNoMore) {
  ASSERT_TRUE(Acquire("a").ok());
  ASSERT_TRUE(lifecycle->MarkLost(LeaseOf(kFirst), "elsewhere").landed());
  Upkeep();
  EXPECT_EQ(Known(kFirst), nullptr);
  EXPECT_FALSE(plane->Serves(Session("a")));
}

TEST_F(UpkeepTest, ForgetsNothingThatSomebodyWorksOn) {
  ASSERT_TRUE(Acquire("a").ok());
  ASSERT_TRUE(lifecycle->MarkLost(LeaseOf(kFirst), "elsewhere").landed());
  absl::StatusOr<LeaseCell::Checkout> held = Known(kFirst)->cell.CheckOut();
  Upkeep();
  EXPECT_NE(Known(kFirst), nullptr);
}

TEST_F(UpkeepTest, LearnsWhatARowSaysUnderTheSameLease) {
  ASSERT_TRUE(Acquire("a").ok());
  ASSERT_TRUE(store.CloseSession(Session("a")).ok());
  ASSERT_TRUE(lifecycle->Park(LeaseOf(kFirst)).landed());  // memory was not told
  EXPECT_EQ(Known(kFirst)->state, WorkerState::kHot);
  Upkeep();
  EXPECT_EQ(Known(kFirst)->state, WorkerState::kHotIdle);
}

TEST_F(UpkeepTest, LearnsNothingUnderAnotherLease) {
  ASSERT_TRUE(Acquire("a").ok());
  ASSERT_TRUE(lifecycle->RefreshLease(LeaseOf(kFirst)).landed());
  Known(kFirst)->state = WorkerState::kIdle;  // so that it is not parked first
  Upkeep();
  EXPECT_EQ(Known(kFirst)->state, WorkerState::kIdle);
}

TEST_F(UpkeepTest, AsksTheStoreOnlyAboutWorkersWithoutAClient) {
  ASSERT_TRUE(Acquire("a").ok());
  ASSERT_TRUE(Acquire("b").ok());
  Upkeep();
  EXPECT_EQ(runtime.CallsOf("park"), 0);
  ASSERT_TRUE(plane->Disconnect(Session("a")).ok());
  Upkeep();
  EXPECT_EQ(runtime.CallsOf("park"), 1);  // refused: the client may come back
  EXPECT_EQ(Known(kFirst)->state, WorkerState::kHot);
}

TEST_F(UpkeepTest, AListingThatFailsChangesNothing) {
  ASSERT_TRUE(Acquire("a").ok());
  runtime.script["list_owned"] = {Fate::kNotApplied};
  Upkeep();
  EXPECT_NE(Known(kFirst), nullptr);
}

TEST_F(UpkeepTest, OnceClosedItParksAndTakesUpNothing) {
  Lost(WorkerState::kHot);
  ASSERT_TRUE(Acquire("a").ok());
  plane->owned().Close();
  Upkeep();
  EXPECT_EQ(Known(kFirst), nullptr);
  EXPECT_EQ(runtime.CallsOf("park"), 0);
}

TEST_F(UpkeepTest, AWorkerDroppedWhileItWasParkedIsForgotten) {
  ASSERT_TRUE(Acquire("a").ok());
  ASSERT_TRUE(plane->Disconnect(Session("a")).ok());
  runtime.meanwhile["park"] = [this] {
    ASSERT_TRUE(lifecycle->RefreshLease(LeaseOf(kFirst)).landed());
  };
  runtime.script["list_owned"] = {Fate::kNotApplied};
  Upkeep();
  EXPECT_EQ(Known(kFirst), nullptr);
}

TEST_F(UpkeepTest, StopsWhereverItsProcessIsStopped) {
  ASSERT_TRUE(Acquire("a").ok());
  runtime.script["close_session"] = {Fate::kNotApplied};
  ASSERT_TRUE(plane->Release(Session("a")).ok());
  for (int steps = 0;; ++steps) {
    runtime.stop_after = steps;
    const absl::Status pass = plane->UpkeepOnce();
    runtime.stop_after.reset();
    const bool stopped = std::exchange(runtime.cancelled, false);
    if (!stopped) break;
    EXPECT_TRUE(absl::IsCancelled(pass) || pass.ok()) << steps << ": " << pass;
    ASSERT_LT(steps, 20);
  }
}

}  // namespace
}  // namespace fencepost
