// Clients that wait: what runs meanwhile, what ends the wait, who may not even begin to wait.

#include <gmock/gmock.h>

#include <functional>
#include <tuple>

#include "tests/core/choreography/plane_rig.h"

namespace fencepost {
namespace {

class WaitingTest : public PlaneRig {
 protected:
  // A client of org-a asks, and while its attempt is at `site`, a client of org-b asks and finds no
  // capacity. True if the client of org-b is served as soon as the attempt of org-a is over,
  // without waiting for its next look.
  bool ServesTheNextAtOnce(const std::string& site) {
    const absl::Time asked = runtime.now;
    absl::StatusOr<Acquired> next = absl::UnknownError("not asked");
    absl::Time heard;
    std::function<void()> attempt_of_b;
    runtime.meanwhile[site] = [&] {
      attempt_of_b();
      runtime.keep_spawned = false;
    };
    runtime.keep_spawned = true;
    runtime.on_wait = [&] {
      runtime.on_wait = [&] {
        runtime.on_wait = nullptr;
        const auto attempts = std::exchange(runtime.spawned, {});
        attempt_of_b = attempts.at(1);
        attempts.at(0)();
      };
      next = plane->Acquire({.org = Org("org-b"),
                             .image = Image("image-1"),
                             .token = SessionToken("b"),
                             .patience = absl::Seconds(20)});
      heard = runtime.now;
    };
    std::ignore = Acquire("a", absl::Seconds(20));
    return next.ok() && heard == asked;
  }
};

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
    ASSERT_TRUE(plane->Release(Session("a")).ok());
    runtime.keep_spawned = false;
    for (const auto& watch : std::exchange(runtime.spawned, {})) watch();
  };
  const absl::Time asked = runtime.now;
  EXPECT_TRUE(Acquire("b").ok());
  EXPECT_EQ(runtime.now, asked);
}

TEST_F(WaitingTest, AWorkerThatIsGivenBackIsCapacityAtOnce) {
  config.caps.global = 1;
  config.warm_target[Image("image-1")] = 1;
  ASSERT_TRUE(plane->spawner().Replenish().ok());
  secrets.RefuseOrg(Org("org-a"));
  EXPECT_TRUE(ServesTheNextAtOnce("issue_credentials"));
  EXPECT_EQ(store.workers().size(), 1U);
}

TEST_F(WaitingTest, TheEndOfASpawnIsATurnToSpawnAtOnce) {
  config.spawn_parallelism = 1;
  EXPECT_TRUE(ServesTheNextAtOnce("create_pod"));
  EXPECT_EQ(store.workers().size(), 2U);
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
