// A control plane's life: it registers, beats, fences itself off, expires; its loops.

#include <gmock/gmock.h>

#include "tests/core/choreography/plane_rig.h"

namespace fencepost {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::Not;
using Phase = ControlPlane::Phase;

class ControlPlaneTest : public PlaneRig {
 protected:
  static constexpr WorkerId kFirst{1};
};

TEST_F(ControlPlaneTest, IsNotMadeWithoutItsParts) {
  const absl::Status status = ControlPlane::Create({.lifecycle = Parts()}).status();
  EXPECT_EQ(std::string(status.message()),
            "a control plane cannot be made without: credential issuer, worker rpc");
  LifecycleParts parts = Parts();
  parts.store = nullptr;
  EXPECT_THAT(
      std::string(ControlPlane::Create({.lifecycle = parts, .issuer = &secrets, .rpc = &pods})
                      .status()
                      .message()),
      HasSubstr("store"));
}

TEST_F(ControlPlaneTest, IsNotMadeOnARuntimeThatRunsFewerActivitiesThanItsSettingsAskFor) {
  const int asked = config.Activities();
  runtime.activity_bound = asked - 1;
  const absl::Status refused =
      ControlPlane::Create({.lifecycle = Parts(), .issuer = &secrets, .rpc = &pods}).status();
  EXPECT_TRUE(absl::IsInvalidArgument(refused));
  EXPECT_THAT(std::string(refused.message()), HasSubstr("ask for " + std::to_string(asked) +
                                                        " activities at once, but the runtime "
                                                        "runs " +
                                                        std::to_string(asked - 1)));
  runtime.activity_bound = asked;
  EXPECT_TRUE(ControlPlane::Create({.lifecycle = Parts(), .issuer = &secrets, .rpc = &pods}).ok());
}

TEST_F(ControlPlaneTest, NamesItsPhases) {
  EXPECT_EQ(PhaseName(Phase::kNew), "new");
  EXPECT_EQ(PhaseName(Phase::kServing), "serving");
  EXPECT_EQ(PhaseName(Phase::kStopping), "stopping");
  EXPECT_EQ(PhaseName(Phase::kStopped), "stopped");
  EXPECT_EQ(PhaseName(Phase::kExpired), "expired");
}

TEST_F(ControlPlaneTest, RegistersInspiteOfLostReplies) {
  runtime.script["register"] = {Fate::kNotApplied, Fate::kReplyLost};
  Make();
  EXPECT_EQ(plane->phase(), Phase::kServing);
  EXPECT_TRUE(plane->MayUseLeases());
}

TEST_F(ControlPlaneTest, ServesNobodyBeforeItIsRegistered) {
  plane = ControlPlane::Create({.lifecycle = Parts(), .issuer = &secrets, .rpc = &pods}).value();
  EXPECT_THAT(std::string(Acquire("a").status().message()), HasSubstr("cp-1 is new"));
  runtime.keep_spawned = true;
  EXPECT_TRUE(plane->Start().ok());
  EXPECT_EQ(runtime.spawned.size(), 6U);  // a loop each
  runtime.script["register"] = std::deque<Fate>(99, Fate::kNotApplied);
  auto second = ControlPlane::Create({.lifecycle = Parts(), .issuer = &secrets, .rpc = &pods});
  EXPECT_FALSE((*second)->Start().ok());
  EXPECT_EQ((*second)->phase(), Phase::kNew);
}

// ---- Heartbeats --------------------------------------------------------------------------------

TEST_F(ControlPlaneTest, FencesItselfOffWhenItCannotBeatAndComesBackWhenItCan) {
  ASSERT_TRUE(Acquire("a").ok());
  runtime.now += config.cp_expiry;
  EXPECT_FALSE(plane->MayUseLeases());
  EXPECT_FALSE(plane->Serves(Session("a")));
  EXPECT_THAT(std::string(Acquire("b").status().message()),
              HasSubstr("cp-1 is serving but cannot reach the store"));
  EXPECT_TRUE(absl::IsUnavailable(plane->Reconnect(IdOf("a")).status()));
  runtime.script["heartbeat"] = {Fate::kNotApplied};
  ASSERT_TRUE(plane->Heartbeat().ok());
  EXPECT_FALSE(plane->MayUseLeases());
  ASSERT_TRUE(plane->Heartbeat().ok());
  EXPECT_TRUE(plane->MayUseLeases());
  EXPECT_TRUE(plane->Serves(Session("a")));
  EXPECT_EQ(runtime.CallsOf("list_owned"), 1);  // memory was compared with the rows at once
}

// However often the store is out of reach, one comparison of memory with the rows runs at a time.
TEST_F(ControlPlaneTest, ResumesOnceAtATime) {
  runtime.keep_spawned = true;
  const auto resume = [this] {
    runtime.now += config.cp_expiry;
    ASSERT_TRUE(plane->Heartbeat().ok());
  };
  resume();
  resume();
  ASSERT_EQ(runtime.spawned.size(), 1U);
  runtime.spawned.front()();
  resume();
  EXPECT_EQ(runtime.spawned.size(), 2U);
}

// The time counts from before the heartbeat was sent.
TEST_F(ControlPlaneTest, ASlowHeartbeatGrantsLess) {
  runtime.meanwhile["heartbeat"] = [this] { runtime.now += config.cp_expiry; };
  ASSERT_TRUE(plane->Heartbeat().ok());
  EXPECT_FALSE(plane->MayUseLeases());
}

TEST_F(ControlPlaneTest, IsOverOnceTheStoreSaysSo) {
  ASSERT_TRUE(Acquire("a").ok());
  ExpireInTheStore();
  store_now += config.orphan_grace;
  ASSERT_TRUE(plane->Heartbeat().ok());
  EXPECT_EQ(plane->phase(), Phase::kExpired);
  EXPECT_EQ(Known(kFirst), nullptr);
  EXPECT_TRUE(absl::IsUnavailable(Acquire("b").status()));
  EXPECT_TRUE(absl::IsUnavailable(plane->Stop().status()));
  ASSERT_TRUE(plane->Heartbeat().ok());  // it stays so
  EXPECT_EQ(plane->phase(), Phase::kExpired);
}

TEST_F(ControlPlaneTest, IsOverWhenItsRowIsGone) {
  store.RemoveControlPlane(CpId("cp-1"));
  ASSERT_TRUE(plane->Heartbeat().ok());
  EXPECT_EQ(plane->phase(), Phase::kExpired);
}

TEST_F(ControlPlaneTest, RenewsItsSessions) {
  ASSERT_TRUE(Acquire("a").ok());
  const absl::Time before = store.FindSession(IdOf("a")).value()->expires_at;
  store_now += absl::Seconds(5);
  ASSERT_TRUE(plane->RenewSessions().ok());
  EXPECT_EQ(store.FindSession(IdOf("a")).value()->expires_at, before + absl::Seconds(5));
  runtime.script["renew_sessions"] = {Fate::kNotApplied, Fate::kCancelled};
  ASSERT_TRUE(plane->RenewSessions().ok());
  EXPECT_THAT(log.noted, Contains("renew_sessions_failed"));
  EXPECT_TRUE(absl::IsCancelled(plane->RenewSessions()));
}

TEST_F(ControlPlaneTest, AHeartbeatStopsWithItsProcess) {
  runtime.script["heartbeat"] = {Fate::kCancelled};
  EXPECT_TRUE(absl::IsCancelled(plane->Heartbeat()));
}

// ---- Leading, refreshing -----------------------------------------------------------------------

TEST_F(ControlPlaneTest, KeepsHouseAndReplenishesOnlyWhileItLeads) {
  config.warm_target[Image("image-1")] = 1;
  ASSERT_TRUE(store.RegisterControlPlane(CpId("cp-2"), BootId{2}).ok());
  ASSERT_TRUE(store.AcquireLeadership(CpId("cp-2"), absl::Seconds(15)).ok());
  ASSERT_TRUE(plane->LeadOnce().ok());
  EXPECT_EQ(runtime.CallsOf("list_pods"), 0);
  store_now += absl::Seconds(15);
  ASSERT_TRUE(plane->LeadOnce().ok());
  EXPECT_EQ(runtime.CallsOf("list_pods"), 1);
  EXPECT_EQ(StateOf(kFirst), WorkerState::kIdle);
}

TEST_F(ControlPlaneTest, AFailedCampaignIsNotedAndChangesNothing) {
  runtime.script["acquire_leadership"] = {Fate::kNotApplied, Fate::kCancelled};
  ASSERT_TRUE(plane->LeadOnce().ok());
  EXPECT_THAT(log.noted, Contains("campaign_failed"));
  EXPECT_TRUE(absl::IsCancelled(plane->LeadOnce()));
}

TEST_F(ControlPlaneTest, ALeaderThatIsReplacedLeavesTheRestOfItsPass) {
  runtime.meanwhile["expire_sessions"] = [this] { runtime.now += config.leadership_ttl; };
  ASSERT_TRUE(plane->LeadOnce().ok());
  EXPECT_EQ(runtime.CallsOf("list_orphans"), 0);
}

TEST_F(ControlPlaneTest, AStepOfTheJanitorThatFailsLeavesTheOthersToGoOn) {
  for (const char* site : {"expire_control_planes", "expire_sessions", "list_orphans",
                           "list_by_state_age", "list_pods", "list_secrets", "forget_workers"}) {
    runtime.script[site] = {Fate::kNotApplied};
  }
  ASSERT_TRUE(plane->LeadOnce().ok());
  EXPECT_EQ(runtime.CallsOf("list_secrets"), 1);
  EXPECT_EQ(runtime.CallsOf("forget_workers"), 1);
  EXPECT_EQ(runtime.CallsOf("forget_control_planes"), 0);
}

TEST_F(ControlPlaneTest, APassOfTheJanitorStopsWhereverItsProcessIsStopped) {
  for (int steps = 0;; ++steps) {
    runtime.stop_after = steps;
    const absl::Status pass = plane->LeadOnce();
    runtime.stop_after.reset();
    if (!std::exchange(runtime.cancelled, false)) break;
    EXPECT_TRUE(absl::IsCancelled(pass)) << steps;
    ASSERT_LT(steps, 40);
  }
}

TEST_F(ControlPlaneTest, RefreshesWhatIsDueAndNothingElse) {
  ASSERT_TRUE(Acquire("a").ok());
  config.warm_target[Image("image-1")] = 1;
  ASSERT_TRUE(plane->spawner().Replenish().ok());  // serves nobody: nothing to refresh
  ASSERT_TRUE(plane->RefreshOnce().ok());
  EXPECT_EQ(runtime.CallsOf("refresh_lease"), 0);
  runtime.now += absl::Minutes(31);
  ASSERT_TRUE(plane->RefreshOnce().ok());
  EXPECT_EQ(runtime.CallsOf("refresh_lease"), 1);
  ASSERT_TRUE(plane->RefreshOnce().ok());
  EXPECT_EQ(runtime.CallsOf("refresh_lease"), 1);
}

TEST_F(ControlPlaneTest, AnIssuerThatRefusesIsAskedLessAndLessOften) {
  ASSERT_TRUE(Acquire("a").ok());
  runtime.now += absl::Minutes(31);
  runtime.script["issue_credentials"] = std::deque<Fate>(1000, Fate::kNotApplied);
  const int before = runtime.CallsOf("issue_credentials");
  for (int tick = 0; tick < 120; ++tick) {
    ASSERT_TRUE(plane->RefreshOnce().ok());
    runtime.now += config.refresh_tick;
  }
  const int asked = runtime.CallsOf("issue_credentials") - before;
  EXPECT_GE(asked, 8);
  EXPECT_LE(asked, 20);  // of 120 ticks
  // Once the issuer answers, the usual pace is back.
  runtime.script["issue_credentials"].clear();
  runtime.now += absl::Minutes(10);
  ASSERT_TRUE(plane->RefreshOnce().ok());
  EXPECT_EQ(Known(kFirst)->refresh_failures, 0);
  EXPECT_GT(Known(kFirst)->refresh_at, runtime.now + absl::Minutes(10));
}

TEST_F(ControlPlaneTest, ALostWorkerIsReplacedAtOnce) {
  config.warm_target[Image("image-1")] = 1;
  ASSERT_TRUE(plane->spawner().Replenish().ok());
  pods.set_unhealthy(kFirst, true);
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(plane->CheckHealthOnce().ok());
  EXPECT_EQ(StateOf(kFirst), WorkerState::kLost);
  EXPECT_EQ(StateOf(WorkerId{2}), WorkerState::kIdle);
}

// ---- Loops -------------------------------------------------------------------------------------

class LoopTest : public ControlPlaneTest {
 protected:
  LoopTest() { runtime.keep_spawned = true; }
  // Runs the loop of that place until it has waited so often.
  void RunLoop(std::size_t place, int waits) {
    runtime.spawned.clear();
    plane->BeginLoops();
    runtime.stop_after = waits * 40;
    runtime.spawned[place]();
    runtime.stop_after.reset();
    runtime.cancelled = false;
  }
};

TEST_F(LoopTest, TheHeartbeatGoesOnWhateverHappens) {
  runtime.script["heartbeat"] = std::deque<Fate>(9, Fate::kNotApplied);
  RunLoop(0, 1);
  EXPECT_GT(runtime.CallsOf("heartbeat"), 9);
}

TEST_F(LoopTest, TheOthersPauseWhileTheLeasesMayNotBeUsed) {
  RunLoop(2, 4);  // time passes, and nobody beats: a few passes, then none
  EXPECT_EQ(runtime.CallsOf("expire_sessions"), 4);
}

TEST_F(LoopTest, AStopEndsTheLoopsAndLetsTheHeartbeatGoOnUntilItIsOver) {
  runtime.spawned.clear();
  plane->BeginLoops();
  const std::vector<std::function<void()>> loops = std::exchange(runtime.spawned, {});
  int waits = 0;
  runtime.on_wait = [this, &waits] {
    if (++waits != 3) return;
    runtime.keep_spawned = false;
    EXPECT_TRUE(plane->Stop().ok());
  };
  for (const auto& loop : loops) loop();
  EXPECT_EQ(plane->phase(), Phase::kStopped);
}

}  // namespace
}  // namespace fencepost
