// Spawning: every step may be refused, lost or overtaken.

#include <gmock/gmock.h>

#include <map>

#include "tests/core/choreography/plane_rig.h"

namespace fencepost {
namespace {

using testing::HasSubstr;

class SpawnerTest : public PlaneRig {
 protected:
  absl::StatusOr<ManagedWorkerPtr> Spawn() {
    return plane->spawner().SpawnFor(Org("org-a"), Image("image-1"), [this](ClaimOutcome outcome) {
      slots_granted += outcome == ClaimOutcome::kClaimed ? 1 : 0;
    });
  }
  int slots_granted = 0;
  static constexpr WorkerId kFirst{1};
};

TEST_F(SpawnerTest, AWorkerComesUpReservedWithSecretAndPod) {
  const auto worker = Spawn();
  ASSERT_TRUE(worker.ok()) << worker.status();
  EXPECT_EQ((*worker)->state, WorkerState::kReserved);
  EXPECT_EQ(Look(kFirst).row().pod_uid, pods.pods()[0].uid);
  EXPECT_EQ(secrets.ListSecrets()->size(), 1U);
  EXPECT_EQ(Known(kFirst), *worker);
}

TEST_F(SpawnerTest, WhatIsRefusedOrLostOnTheWayIsTriedAgain) {
  runtime.script["create_secret"] = {Fate::kNotApplied, Fate::kReplyLost};
  runtime.script["create_pod"] = {Fate::kNotApplied, Fate::kReplyLost};
  runtime.script["find_pod"] = {Fate::kNotApplied};
  runtime.script["publish_reserved"] = {Fate::kNotApplied, Fate::kReplyLost};
  ASSERT_TRUE(Spawn().ok());
  EXPECT_EQ(StateOf(kFirst), WorkerState::kReserved);
  EXPECT_EQ(pods.pods().size(), 1U);
}

TEST_F(SpawnerTest, APodThatIsNeverReadyEndsTheWorker) {
  pods.set_start_time(std::chrono::hours(1));
  EXPECT_TRUE(absl::IsDeadlineExceeded(Spawn().status()));
  EXPECT_EQ(StateOf(kFirst), WorkerState::kLost);
  EXPECT_EQ(Look(kFirst).row().retire_reason, "spawn_failed");
  EXPECT_FALSE(pods.Lives(kFirst));
  EXPECT_EQ(secrets.ListSecrets()->size(), 0U);
  EXPECT_EQ(Known(kFirst), nullptr);
}

TEST_F(SpawnerTest, ASecretThatCannotBeMadeEndsTheWorker) {
  config.spawn_timeout = absl::Milliseconds(500);
  runtime.script["create_secret"] = std::deque<Fate>(9, Fate::kNotApplied);
  EXPECT_TRUE(absl::IsUnavailable(Spawn().status()));
  EXPECT_EQ(StateOf(kFirst), WorkerState::kLost);
}

TEST_F(SpawnerTest, APodThatCannotBeMadeEndsTheWorker) {
  config.spawn_timeout = absl::Milliseconds(500);
  runtime.script["create_pod"] = std::deque<Fate>(9, Fate::kNotApplied);
  EXPECT_TRUE(absl::IsUnavailable(Spawn().status()));
  EXPECT_EQ(StateOf(kFirst), WorkerState::kLost);
}

TEST_F(SpawnerTest, APodThatDiesBeforeItIsReadyEndsTheWorker) {
  runtime.meanwhile["find_pod"] = [this] { pods.Kill(kFirst); };
  EXPECT_THAT(std::string(Spawn().status().message()), HasSubstr("did not start"));
  EXPECT_EQ(StateOf(kFirst), WorkerState::kLost);
}

TEST_F(SpawnerTest, APodThatVanishesEndsTheWorker) {
  pods.set_grace(sim::VirtualDuration(0));
  runtime.meanwhile["find_pod"] = [this] { pods.Kill(kFirst); };
  EXPECT_TRUE(absl::IsNotFound(Spawn().status()));
  EXPECT_EQ(StateOf(kFirst), WorkerState::kLost);
}

TEST_F(SpawnerTest, AnotherWorkersPodOfTheNameIsNeitherTakenNorTouched) {
  ASSERT_TRUE(pods.CreatePod({.worker = WorkerId{9},
                              .name = PodNameOf(kFirst),
                              .image = Image("image-1"),
                              .secret = SecretName("s")})
                  .ok());
  EXPECT_TRUE(absl::IsAlreadyExists(Spawn().status()));
  EXPECT_EQ(StateOf(kFirst), WorkerState::kLost);
  EXPECT_TRUE(pods.Lives(WorkerId{9}));
}

TEST_F(SpawnerTest, APublicationInDoubtIsLeftToTheUpkeep) {
  config.settle_attempts = 1;
  runtime.script["publish_reserved"] = {Fate::kReplyLost};
  EXPECT_FALSE(Spawn().ok());
  EXPECT_EQ(StateOf(kFirst), WorkerState::kReserved);
  EXPECT_EQ(Known(kFirst), nullptr);
  EXPECT_TRUE(pods.Lives(kFirst));
}

TEST_F(SpawnerTest, APublicationThatTheStoreKeepsRefusingEndsTheWorker) {
  config.spawn_timeout = absl::Milliseconds(200);
  runtime.script["publish_reserved"] = std::deque<Fate>(9, Fate::kNotApplied);
  EXPECT_FALSE(Spawn().ok());
  EXPECT_EQ(StateOf(kFirst), WorkerState::kLost);
}

TEST_F(SpawnerTest, ASlotThatWasRetiredMeanwhileTakesItsPodWithIt) {
  runtime.meanwhile["publish_reserved"] = [this] {
    ASSERT_TRUE(lifecycle->MarkLost(LeaseOf(kFirst), "stuck").landed());
  };
  EXPECT_TRUE(absl::IsFailedPrecondition(Spawn().status()));
  EXPECT_FALSE(pods.Lives(kFirst));
  EXPECT_EQ(Look(kFirst).row().retire_reason, "stuck");
}

TEST_F(SpawnerTest, ACapLeavesNothingBehind) {
  config.caps.per_org = 0;
  EXPECT_TRUE(absl::IsResourceExhausted(Spawn().status()));
  EXPECT_TRUE(store.workers().empty());
}

TEST_F(SpawnerTest, ADrainingControlPlaneGetsNoSlot) {
  ASSERT_TRUE(store.BeginDrain(CpId("cp-1")).ok());
  EXPECT_TRUE(absl::IsFailedPrecondition(Spawn().status()));
}

TEST_F(SpawnerTest, OnceClosedNothingBeginsAndWhatIsUnderWayStopsWhereItIs) {
  for (const char* site : {"create_secret", "create_pod", "find_pod"}) {
    Make();
    runtime.script[site] = {Fate::kNotApplied};
    runtime.meanwhile[site] = [this] { plane->owned().Close(); };
    EXPECT_TRUE(absl::IsUnavailable(Spawn().status())) << site;
    const WorkerId worker = store.workers().back().worker_id;
    EXPECT_EQ(StateOf(worker), WorkerState::kSpawning) << site;
    EXPECT_FALSE(Known(worker)->cell.dropped()) << site;  // the shutdown ends it
    EXPECT_TRUE(absl::IsUnavailable(Spawn().status()));
  }
}

TEST_F(SpawnerTest, ClosedBetweenTheSecretAndThePodMakesNoPod) {
  runtime.meanwhile["create_secret"] = [this] { plane->owned().Close(); };
  EXPECT_TRUE(absl::IsUnavailable(Spawn().status()));
  EXPECT_EQ(runtime.CallsOf("create_pod"), 0);
}

TEST_F(SpawnerTest, BeyondItsParallelismNothingBegins) {
  config.spawn_parallelism = 1;
  config.warm_target[Image("image-1")] = 5;
  runtime.keep_spawned = true;
  ASSERT_TRUE(plane->spawner().Replenish().ok());  // one is under way
  const absl::Status refused = Spawn().status();
  EXPECT_TRUE(absl::IsResourceExhausted(refused));
  EXPECT_THAT(std::string(refused.message()), HasSubstr("spawn_parallelism"));
  EXPECT_EQ(slots_granted, 0);
  EXPECT_EQ(store.workers().size(), 1U);
  runtime.spawned.front()();
  EXPECT_TRUE(Spawn().ok());
  EXPECT_EQ(StateOf(WorkerId{1}), WorkerState::kIdle);
}

// What happens once there is a slot must not wait for the pod.
TEST_F(SpawnerTest, ASlotIsAnnouncedBeforeItsPodIsMade) {
  runtime.meanwhile["create_secret"] = [this] { EXPECT_EQ(slots_granted, 1); };
  EXPECT_TRUE(Spawn().ok());
  config.caps.per_org = 0;
  EXPECT_FALSE(Spawn().ok());
  EXPECT_EQ(slots_granted, 1);
}

TEST_F(SpawnerTest, ReplenishFillsTheGapAndNoMore) {
  config.warm_target[Image("image-1")] = 2;
  config.warm_target[Image("image-2")] = 1;
  ASSERT_TRUE(plane->spawner().Replenish().ok());
  ASSERT_TRUE(plane->spawner().Replenish().ok());
  ASSERT_EQ(store.workers().size(), 3U);
  for (const WorkerRow& row : store.workers()) EXPECT_EQ(row.state, WorkerState::kIdle);
}

TEST_F(SpawnerTest, ReplenishTriesTheNextImageAfterARefusal) {
  config.warm_target[Image("image-1")] = 1;
  config.warm_target[Image("image-2")] = 1;
  runtime.script["create_warm_slot"] = {Fate::kNotApplied};
  ASSERT_TRUE(plane->spawner().Replenish().ok());
  ASSERT_EQ(store.workers().size(), 1U);
  EXPECT_EQ(store.workers()[0].image, Image("image-2"));
}

// ---- Images that are broken --------------------------------------------------------------------

TEST_F(SpawnerTest, AnImageThatFailsIsTriedMoreAndMoreRarely) {
  config.warm_target[Image("image-1")] = 1;
  pods.BreakImage(Image("image-1"), /*hangs=*/false);
  int began = 0;
  for (int second = 0; second < 600; ++second) {
    const auto before = store.workers().size();
    ASSERT_TRUE(plane->spawner().Replenish().ok());
    began += static_cast<int>(store.workers().size() - before);
    runtime.now += absl::Seconds(1);
  }
  EXPECT_GE(began, 6);
  EXPECT_LE(began, 16);  // half of the limit is a minute
  EXPECT_TRUE(absl::IsUnavailable(Spawn().status()));
  EXPECT_EQ(slots_granted, 0);
  pods.RepairImage(Image("image-1"));
  runtime.now += config.image_backoff_limit;
  EXPECT_TRUE(Spawn().ok());
  EXPECT_TRUE(Spawn().ok());  // the back-off is over
}

TEST_F(SpawnerTest, AnImageThatFailsDoesNotKeepAnotherFromBeingSpawned) {
  pods.BreakImage(Image("image-1"), /*hangs=*/false);
  EXPECT_FALSE(Spawn().ok());
  EXPECT_TRUE(absl::IsUnavailable(Spawn().status()));
  EXPECT_TRUE(plane->spawner().SpawnFor(Org("org-a"), Image("image-2"), [](ClaimOutcome) {}).ok());
}

TEST_F(SpawnerTest, OnePlaceIsLeftToTheOtherImages) {
  config.spawn_parallelism = 3;
  config.warm_target[Image("image-1")] = 5;
  config.warm_target[Image("image-2")] = 5;
  runtime.keep_spawned = true;
  ASSERT_TRUE(plane->spawner().Replenish().ok());
  std::map<std::string, int> begun;
  for (const WorkerRow& row : store.workers()) ++begun[row.image.text()];
  EXPECT_EQ(begun, (std::map<std::string, int>{{"image-1", 2}, {"image-2", 1}}));
  // The first turn of the next pass is that of the image after the last one.
  for (const auto& spawn : runtime.spawned) spawn();
  runtime.spawned.clear();
  ASSERT_TRUE(plane->spawner().Replenish().ok());
  EXPECT_EQ(store.workers()[3].image, Image("image-2"));
}

TEST_F(SpawnerTest, AnImageAloneLeavesAPlaceFree) {
  config.spawn_parallelism = 3;
  config.warm_target[Image("image-1")] = 5;
  runtime.keep_spawned = true;
  ASSERT_TRUE(plane->spawner().Replenish().ok());
  EXPECT_EQ(store.workers().size(), 2U);
  EXPECT_TRUE(absl::IsResourceExhausted(Spawn().status()));
  EXPECT_TRUE(plane->spawner().SpawnFor(Org("org-a"), Image("image-2"), [](ClaimOutcome) {}).ok());
}

TEST_F(SpawnerTest, StopsWhereverItsProcessIsStopped) {
  for (int calls = 0; calls < 9; ++calls) {
    runtime.cancelled = false;
    Make();
    runtime.stop_after = calls;
    const auto worker = Spawn();
    if (worker.ok()) break;
    EXPECT_TRUE(absl::IsCancelled(worker.status())) << calls << ": " << worker.status();
    runtime.stop_after.reset();
  }
  runtime.cancelled = true;
  config.warm_target[Image("image-1")] = 1;
  EXPECT_TRUE(absl::IsCancelled(plane->spawner().Replenish()));
}

}  // namespace
}  // namespace fencepost
