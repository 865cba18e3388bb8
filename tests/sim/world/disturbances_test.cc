// What outlasts a call: cut-off networks, clocks that jump, pods that die; and what ends it all.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/rules/effect.h"
#include "sim/world/client.h"
#include "tests/sim/world/world_test.h"

namespace fencepost::sim {
namespace {

using testing::IsEmpty;

// One call of `process` to `target`, made by itself.
absl::Status Ask(ControlPlaneProcess& process, CallTarget target) {
  return process.runtime().Call(CallSite{target, "ask"}, [] { return absl::OkStatus(); });
}

TEST_F(WorldTest, APartitionCutsOneProcessFromOneTargetUntilItIsOver) {
  Play("partition", [](World& world) {
    ControlPlaneProcess& cut = world.StartControlPlane("cp-1");
    ControlPlaneProcess& other = world.StartControlPlane("cp-2");
    ASSERT_TRUE(world.Within(cut, "asks", [&cut] {
      const absl::Status refused = Ask(cut, CallTarget::kStore);
      EXPECT_FALSE(refused.ok());
      EXPECT_FALSE(MayHaveApplied(refused));
      EXPECT_FALSE(Ask(cut, CallTarget::kStore).ok());
      EXPECT_TRUE(Ask(cut, CallTarget::kWorker).ok());
    }));
    EXPECT_TRUE(world.Within(other, "asks",
                             [&other] { EXPECT_TRUE(Ask(other, CallTarget::kStore).ok()); }));
    world.SleepFor(absl::Seconds(15));  // the first length that is offered
    EXPECT_TRUE(
        world.Within(cut, "asks", [&cut] { EXPECT_TRUE(Ask(cut, CallTarget::kStore).ok()); }));
  });
}

TEST_F(WorldTest, AProcesssClockJumpsAloneAndTheStoresToo) {
  for (const bool store : {false, true}) {
    Play(store ? "store-clock-jump" : "clock-jump", [&](World& world) {
      ControlPlaneProcess& cp = world.StartControlPlane("cp-1");
      ASSERT_TRUE(
          world.Within(cp, "asks", [&cp] { EXPECT_TRUE(Ask(cp, CallTarget::kStore).ok()); }));
      const absl::Time truth = ToTime(engine_.Now());
      constexpr absl::Duration kFirstJump = absl::Seconds(30);
      EXPECT_EQ(cp.runtime().Now() - truth, store ? absl::ZeroDuration() : kFirstJump);
      EXPECT_EQ(world.StoreNow() - truth, store ? kFirstJump : absl::ZeroDuration());
      const WorkerId worker = world.IdleWorker(cp);
      EXPECT_EQ(world.RowOf(worker)->updated_at, world.StoreNow());
    });
  }
}

TEST_F(WorldTest, APodThatDiesDuringACallLeavesItsRow) {
  EXPECT_EQ(ParkUnder("pod-dies"), TransitionOutcome::kTransitioned);
  EXPECT_EQ(State(), WorkerState::kHotIdle);
  EXPECT_FALSE(world_.PodLives(store_.workers().at(0).worker_id));
}

TEST_F(WorldTest, NoPodDiesThatIsNotThere) {
  Play("pod-dies", [](World& world) {
    ControlPlaneProcess& cp = world.StartControlPlane("cp-1");
    ASSERT_TRUE(world.Within(cp, "asks", [&cp] { EXPECT_TRUE(Ask(cp, CallTarget::kStore).ok()); }));
  });
  EXPECT_THAT(world_.faults_hit(), IsEmpty());
}

// ---- The end of a run --------------------------------------------------------------------------

TEST_F(WorldTest, RecoveryWakesWhoSleepsAndCrowdsNobodyOut) {
  Play("", [](World& world) {
    ControlPlaneProcess& cp = world.RunControlPlane("cp-1");
    const WorkerId worker = world.HotIdleWorker(cp, "org-a");
    world.Pause(cp.process(), std::chrono::hours(1));
    EXPECT_FALSE(world.Responds(cp));
    world.Recover();
    EXPECT_TRUE(world.Responds(cp));
    EXPECT_THAT(world.Pending(), IsEmpty());
    EXPECT_EQ(world.processes().size(), 1U);
    EXPECT_TRUE(world.RowOf(worker).has_value());
  });
}

TEST_F(WorldTest, RecoveryAppointsASuccessorWhenNobodyServes) {
  Play("", [](World& world) {
    ControlPlaneProcess& cp = world.RunControlPlane("cp-1");
    const WorkerId worker = world.HotIdleWorker(cp, "org-a");
    world.Crash(cp.process());
    EXPECT_FALSE(world.Pending().empty());
    world.Recover();
    EXPECT_THAT(world.Pending(), IsEmpty());
    EXPECT_NE(world.Latest("successor"), nullptr);
    EXPECT_FALSE(world.PodLives(worker));
  });
}

// ---- Clients -----------------------------------------------------------------------------------

TEST_F(WorldTest, AClientIsServedAndLeavesItsWorkerParked) {
  Play("", [](World& world) {
    world.RunControlPlane("cp-1");
    Client client(world, "ann", "org-a");
    client.Visit(2);
    const std::vector<WorkerRow> rows = world.Rows();
    ASSERT_EQ(rows.size(), 1U);  // the second visit found the worker of the first
    EXPECT_EQ(rows[0].state, WorkerState::kHotIdle);
    EXPECT_EQ(rows[0].org, Org("org-a"));
    EXPECT_EQ(world.LiveSessions(rows[0].worker_id), 0);
    EXPECT_TRUE(world.store().FindSession(SessionToken("ann-1")).value().has_value());
    EXPECT_TRUE(world.store().FindSession(SessionToken("ann-2")).value().has_value());
  });
}

TEST_F(WorldTest, AClientThatFindsNobodyGoesAway) {
  Play("", [](World& world) {
    Client client(world, "ann", "org-a");
    client.Visit(1);
    EXPECT_THAT(world.Rows(), IsEmpty());
  });
}

TEST_F(WorldTest, AClientComesBackWhenItsControlPlaneHasDied) {
  Play("", [](World& world) {
    world.RunControlPlane("cp-1");
    const TaskId visit = world.Aside("ann", [&world] {
      Client client(world, "ann", "org-a");
      client.Visit(1);
    });
    world.SleepFor(absl::Seconds(3));
    while (world.Rows().empty() || world.LiveSessions(WorkerId{1}) == 0) {
      world.SleepFor(absl::Milliseconds(100));
    }
    ControlPlaneProcess& second = world.RunControlPlane("cp-2");
    world.Crash(world.Latest("cp-1")->process());
    world.Await({visit});
    EXPECT_EQ(world.RowOf(WorkerId{1})->owner_cp, second.cp());
    EXPECT_TRUE(world.PodLives(WorkerId{1}));
  });
}

}  // namespace
}  // namespace fencepost::sim
