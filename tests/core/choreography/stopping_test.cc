// A control plane stops: it drains, waits for its clients, leaves what it cannot end, deregisters.

#include <gmock/gmock.h>

#include "tests/core/choreography/plane_rig.h"

namespace fencepost {
namespace {

using testing::Contains;
using Phase = ControlPlane::Phase;

class StoppingTest : public PlaneRig {
 protected:
  static constexpr WorkerId kFirst{1};
};

TEST_F(StoppingTest, StopsInOrder) {
  ASSERT_TRUE(Acquire("a").ok());
  ASSERT_TRUE(plane->Release(Session("a")).ok());
  ASSERT_TRUE(plane->LeadOnce().ok());
  EXPECT_EQ(plane->Stop().value(), (ShutdownReport{.retired = 1, .spared = 0, .left = 0}));
  EXPECT_EQ(plane->phase(), Phase::kStopped);
  EXPECT_EQ(StateOfPlane(), CpState::kExpired);
  EXPECT_EQ(StateOf(kFirst), WorkerState::kRetired);
  EXPECT_EQ(runtime.CallsOf("resign_leadership"), 1);
  EXPECT_FALSE(plane->MayUseLeases());
}

TEST_F(StoppingTest, WaitsForASessionAndEndsItsWorkerWhenItIsFree) {
  ASSERT_TRUE(Acquire("a").ok());
  runtime.script["drain"] = {Fate::kOk, Fate::kOk};
  int drains = 0;
  runtime.meanwhile["drain"] = [this, &drains] {
    ++drains;
    runtime.meanwhile["drain"] = [this, &drains] {
      ++drains;
      ASSERT_TRUE(store.CloseSession(Session("a")).ok());
    };
  };
  EXPECT_EQ(plane->Stop().value(), (ShutdownReport{.retired = 1, .spared = 0, .left = 0}));
  EXPECT_EQ(drains, 2);
}

TEST_F(StoppingTest, WhatARoundHasLeftAndALaterOneHasRetiredIsNotReportedAsLeft) {
  ASSERT_TRUE(Acquire("a").ok());
  ASSERT_TRUE(Acquire("b").ok());
  ASSERT_TRUE(plane->Release(Session("b")).ok());
  runtime.script["delete_pod"] = std::deque<Fate>(3, Fate::kNotApplied);
  EXPECT_EQ(plane->Stop().value(), (ShutdownReport{.retired = 1, .spared = 1, .left = 0}));
}

TEST_F(StoppingTest, LeavesAWorkerWhoseSessionOutlastsTheDrain) {
  ASSERT_TRUE(Acquire("a").ok());
  const absl::Time before = runtime.now;
  EXPECT_EQ(plane->Stop().value(), (ShutdownReport{.retired = 0, .spared = 1, .left = 0}));
  EXPECT_EQ(runtime.now - before, config.drain_timeout);
  EXPECT_EQ(StateOf(kFirst), WorkerState::kHot);
  EXPECT_TRUE(pods.Lives(kFirst));
}

TEST_F(StoppingTest, LooksAfterAWorkerWhoseSessionADrainWaitsFor) {
  ASSERT_TRUE(Acquire("a").ok());
  Known(kFirst)->refresh_at = runtime.now;
  runtime.on_sleep = [this] {
    runtime.on_sleep = nullptr;
    EXPECT_TRUE(plane->RefreshOnce().ok());
    EXPECT_EQ(runtime.CallsOf("refresh_lease"), 1);
    pods.set_unhealthy(kFirst, true);
    for (int i = 0; i < config.health_failures; ++i) EXPECT_TRUE(plane->CheckHealthOnce().ok());
  };
  ASSERT_TRUE(plane->Stop().ok());
  EXPECT_EQ(StateOf(kFirst), WorkerState::kLost);
  EXPECT_FALSE(plane->Serves(Session("a")));
}

TEST_F(StoppingTest, RefreshesNothingWhileARoundOfADrainIsUnderWay) {
  ASSERT_TRUE(Acquire("a").ok());
  ASSERT_TRUE(Acquire("b").ok());
  ASSERT_TRUE(plane->Release(Session("b")).ok());
  Known(kFirst)->refresh_at = runtime.now;
  runtime.meanwhile["list_owned"] = [this] { EXPECT_TRUE(plane->RefreshOnce().ok()); };
  ASSERT_TRUE(plane->Stop().ok());
  EXPECT_EQ(runtime.CallsOf("refresh_lease"), 0);
}

TEST_F(StoppingTest, StopsWithoutAStoreThatAnswersInTheEnd) {
  runtime.script["begin_drain"] = std::deque<Fate>(99, Fate::kNotApplied);
  runtime.script["deregister"] = std::deque<Fate>(99, Fate::kNotApplied);
  ASSERT_TRUE(plane->Stop().ok());
  EXPECT_THAT(log.noted, Contains("begin_drain_failed"));
  EXPECT_THAT(log.noted, Contains("deregister_failed"));
}

TEST_F(StoppingTest, EndsNothingOnceItHasExpired) {
  ASSERT_TRUE(Acquire("a").ok());
  ExpireInTheStore();
  EXPECT_TRUE(absl::IsFailedPrecondition(plane->Stop().status()));
  EXPECT_EQ(plane->phase(), Phase::kExpired);
  EXPECT_EQ(runtime.CallsOf("drain"), 0);
}

TEST_F(StoppingTest, GivesUpAStopInTheMiddleOfWhichItExpires) {
  ASSERT_TRUE(Acquire("a").ok());
  runtime.meanwhile["drain"] = [this] {
    store.RemoveControlPlane(CpId("cp-1"));
    ASSERT_TRUE(plane->Heartbeat().ok());
  };
  EXPECT_TRUE(absl::IsFailedPrecondition(plane->Stop().status()));
  EXPECT_EQ(runtime.CallsOf("deregister"), 0);
}

TEST_F(StoppingTest, AStopStopsWhereverItsProcessIsStopped) {
  for (int steps = 0;; ++steps) {
    Make();
    const std::string token = "a" + std::to_string(steps);
    ASSERT_TRUE(Acquire(token).ok());
    ASSERT_TRUE(plane->LeadOnce().ok());
    if (steps % 2 == 0) {
      ASSERT_TRUE(plane->Release(Session(token)).ok());
    } else {
      config.drain_timeout = absl::Seconds(5);
    }
    runtime.stop_after = steps;
    const absl::Status stopped = plane->Stop().status();
    runtime.stop_after.reset();
    if (!std::exchange(runtime.cancelled, false)) break;
    EXPECT_TRUE(absl::IsCancelled(stopped)) << steps << ": " << stopped;
    ASSERT_LT(steps, 60);
    store.Reset();
  }
}

}  // namespace
}  // namespace fencepost
