// Clients that wait: what runs meanwhile, what ends the wait, who may not even begin to wait.

#include <gmock/gmock.h>

#include "tests/core/choreography/plane_rig.h"

namespace fencepost {
namespace {

using WaitingTest = PlaneRig;

// However often it looks again, a client that waits runs no activity: every attempt returns.
TEST_F(WaitingTest, BetweenTwoAttemptsNoActivityWaits) {
  config.caps.per_org = 1;
  ASSERT_TRUE(Acquire("a").ok());
  std::vector<std::string> waiting;
  runtime.on_wait = [this, &waiting] {
    waiting.push_back(runtime.activity);
    runtime.now += absl::Seconds(1);
  };
  EXPECT_TRUE(absl::IsDeadlineExceeded(Acquire("b", absl::Seconds(10)).status()));
  EXPECT_FALSE(waiting.empty());
  EXPECT_THAT(waiting, testing::Each("waiting-line"));
  EXPECT_GE(runtime.CallsOf("claim_idle"), 10);
}

// Spawning takes long: a client that has no turn to spawn waits in line as well, and takes what
// becomes idle meanwhile.
TEST_F(WaitingTest, WhoHasNoTurnToSpawnWaitsInLineForAnyWorker) {
  config.spawn_parallelism = 1;
  config.warm_target[Image("image-1")] = 1;
  runtime.keep_spawned = true;
  ASSERT_TRUE(plane->spawner().Replenish().ok());
  runtime.keep_spawned = false;
  runtime.on_wait = [this] {
    for (const auto& body : std::exchange(runtime.spawned, {})) body();
    runtime.now += absl::Seconds(1);
  };
  EXPECT_EQ(Acquire("a")->worker, WorkerId{1});
  EXPECT_EQ(store.workers().size(), 1U);
}

// The activity that watches the line has been spawned and has not run yet.
TEST_F(WaitingTest, CapacityThatBecomesFreeBeforeTheLineIsWatchedIsNotMissed) {
  config.caps.per_org = 1;
  ASSERT_TRUE(Acquire("a").ok());
  runtime.keep_spawned = true;
  runtime.on_wait = [this] {
    runtime.on_wait = nullptr;  // from now on a wait ends at its deadline
    const auto attempt = std::exchange(runtime.spawned, {});
    ASSERT_EQ(attempt.size(), 1U);
    attempt.front()();  // finds its org at its cap
    ASSERT_TRUE(plane->Release(SessionToken("a")).ok());
    runtime.keep_spawned = false;
    for (const auto& watch : std::exchange(runtime.spawned, {})) watch();
  };
  const absl::Time asked = runtime.now;
  EXPECT_TRUE(Acquire("b").ok());
  EXPECT_EQ(runtime.now, asked);
}

TEST_F(WaitingTest, ARequestBeyondTheBoundIsRefusedBeforeAnythingIsTried) {
  config.open_requests_per_org = 1;
  runtime.keep_spawned = true;
  absl::Status second;
  runtime.on_wait = [this, &second] {
    runtime.on_wait = nullptr;
    second = Acquire("b").status();
  };
  EXPECT_FALSE(Acquire("a").ok());
  EXPECT_TRUE(absl::IsResourceExhausted(second)) << second;
  EXPECT_TRUE(store.workers().empty());
}

}  // namespace
}  // namespace fencepost
