// Faults that outlast a call (partitions, clocks that jump, pods that die), and the end of a run.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/rules/effect.h"
#include "sim/world/client.h"
#include "tests/sim/world/cluster_test.h"

namespace fencepost::sim {
namespace {

using testing::IsEmpty;

// Makes one call of `process` to `target`.
absl::Status Ask(ControlPlaneProcess& process, CallTarget target) {
  return process.runtime().Call(CallSite{target, "ask"}, [] { return absl::OkStatus(); });
}

TEST_F(ClusterTest, APartitionCutsOneProcessFromOneTargetUntilItIsOver) {
  Play("partition", [](Story& story) {
    ControlPlaneProcess& cut = story.setup().StartControlPlane("cp-1");
    ControlPlaneProcess& other = story.setup().StartControlPlane("cp-2");
    ASSERT_TRUE(story.RunIn(cut, "asks", [&cut] {
      const absl::Status refused = Ask(cut, CallTarget::kStore);
      EXPECT_FALSE(refused.ok());
      EXPECT_FALSE(MayHaveApplied(refused));
      EXPECT_FALSE(Ask(cut, CallTarget::kStore).ok());
      EXPECT_TRUE(Ask(cut, CallTarget::kWorker).ok());
    }));
    EXPECT_TRUE(
        story.RunIn(other, "asks", [&other] { EXPECT_TRUE(Ask(other, CallTarget::kStore).ok()); }));
    story.SleepFor(absl::Seconds(15));  // the first length that is offered
    EXPECT_TRUE(
        story.RunIn(cut, "asks", [&cut] { EXPECT_TRUE(Ask(cut, CallTarget::kStore).ok()); }));
  });
}

TEST_F(ClusterTest, AProcesssClockJumpsAloneAndTheStoresToo) {
  for (const bool store : {false, true}) {
    Play(store ? "store-clock-jump" : "clock-jump", [&](Story& story) {
      ControlPlaneProcess& cp = story.setup().StartControlPlane("cp-1");
      ASSERT_TRUE(
          story.RunIn(cp, "asks", [&cp] { EXPECT_TRUE(Ask(cp, CallTarget::kStore).ok()); }));
      const absl::Time truth = ToTime(engine_.Now());
      constexpr absl::Duration kFirstJump = absl::Seconds(30);
      EXPECT_EQ(cp.runtime().Now() - truth, store ? absl::ZeroDuration() : kFirstJump);
      EXPECT_EQ(story.cluster().StoreNow() - truth, store ? kFirstJump : absl::ZeroDuration());
      const WorkerId worker = story.setup().IdleWorker(cp);
      EXPECT_EQ(story.truth().RowOf(worker)->updated_at, story.cluster().StoreNow());
    });
  }
}

TEST_F(ClusterTest, APodThatDiesDuringACallLeavesItsRow) {
  EXPECT_EQ(ParkUnder("pod-dies"), TransitionOutcome::kTransitioned);
  EXPECT_EQ(State(), WorkerState::kHotIdle);
  EXPECT_FALSE(cluster_.PodLives(store_.workers().at(0).worker_id));
}

TEST_F(ClusterTest, NoPodDiesThatIsNotThere) {
  Play("pod-dies", [](Story& story) {
    ControlPlaneProcess& cp = story.setup().StartControlPlane("cp-1");
    ASSERT_TRUE(story.RunIn(cp, "asks", [&cp] { EXPECT_TRUE(Ask(cp, CallTarget::kStore).ok()); }));
  });
  EXPECT_THAT(cluster_.faults_hit(), IsEmpty());
}

// ---- The end of a run --------------------------------------------------------------------------

TEST_F(ClusterTest, RecoveryWakesWhoSleepsAndCrowdsNobodyOut) {
  Play("", [](Story& story) {
    ControlPlaneProcess& cp = story.setup().RunControlPlane("cp-1");
    const WorkerId worker = story.setup().HotIdleWorker(cp, "org-a");
    story.cluster().Pause(cp.process(), std::chrono::hours(1));
    EXPECT_FALSE(story.cluster().Responds(cp));
    story.Recover();
    EXPECT_TRUE(story.cluster().Responds(cp));
    EXPECT_THAT(story.Unsettled(), IsEmpty());
    EXPECT_EQ(story.cluster().processes().size(), 1U);
    EXPECT_TRUE(story.truth().RowOf(worker).has_value());
  });
}

TEST_F(ClusterTest, RecoveryAppointsASuccessorWhenNobodyServes) {
  Play("", [](Story& story) {
    ControlPlaneProcess& cp = story.setup().RunControlPlane("cp-1");
    const WorkerId worker = story.setup().HotIdleWorker(cp, "org-a");
    story.cluster().Crash(cp.process());
    EXPECT_FALSE(story.Unsettled().empty());
    story.Recover();
    EXPECT_THAT(story.Unsettled(), IsEmpty());
    EXPECT_NE(story.cluster().LatestIncarnation("successor"), nullptr);
    EXPECT_FALSE(story.cluster().PodLives(worker));
  });
}

// ---- Clients -----------------------------------------------------------------------------------

TEST_F(ClusterTest, AClientIsServedAndLeavesItsWorkerParked) {
  Play("", [](Story& story) {
    story.setup().RunControlPlane("cp-1");
    Client client(story, "ann", "org-a");
    client.Visit(2);
    const std::vector<WorkerRow> rows = story.truth().Rows();
    ASSERT_EQ(rows.size(), 1U);  // the second visit found the worker of the first
    EXPECT_EQ(rows[0].state, WorkerState::kHotIdle);
    EXPECT_EQ(rows[0].org, Org("org-a"));
    EXPECT_EQ(story.truth().LiveSessions(rows[0].worker_id), 0);
    EXPECT_TRUE(story.cluster()
                    .store()
                    .FindSession({Org("org-a"), SessionToken("ann-1")})
                    .value()
                    .has_value());
    EXPECT_TRUE(story.cluster()
                    .store()
                    .FindSession({Org("org-a"), SessionToken("ann-2")})
                    .value()
                    .has_value());
  });
}

TEST_F(ClusterTest, AClientThatFindsNobodyGoesAway) {
  Play("", [](Story& story) {
    Client client(story, "ann", "org-a");
    client.Visit(1);
    EXPECT_THAT(story.truth().Rows(), IsEmpty());
  });
}

TEST_F(ClusterTest, AClientComesBackWhenItsControlPlaneHasDied) {
  Play("", [](Story& story) {
    story.setup().RunControlPlane("cp-1");
    const TaskId visit = story.StartActor("ann", [&story] {
      Client client(story, "ann", "org-a");
      client.Visit(1);
    });
    story.SleepFor(absl::Seconds(3));
    while (story.truth().Rows().empty() || story.truth().LiveSessions(WorkerId{1}) == 0) {
      story.SleepFor(absl::Milliseconds(100));
    }
    ControlPlaneProcess& second = story.setup().RunControlPlane("cp-2");
    story.cluster().Crash(story.cluster().LatestIncarnation("cp-1")->process());
    story.Await({visit});
    EXPECT_EQ(story.truth().RowOf(WorkerId{1})->owner_cp, second.cp());
    EXPECT_TRUE(story.cluster().PodLives(WorkerId{1}));
  });
}

}  // namespace
}  // namespace fencepost::sim
