// The simulated platform and what faults mean: each fault is chosen by name at one call.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>

#include "core/rules/effect.h"
#include "sim/engine/random.h"
#include "tests/sim/world/world_test.h"

namespace fencepost::sim {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST_F(WorldTest, WithoutAFaultTheCallTakesEffectAtOnce) {
  EXPECT_EQ(ParkUnder(""), TransitionOutcome::kTransitioned);
  EXPECT_EQ(State(), WorkerState::kHotIdle);
  EXPECT_EQ(took_, VirtualDuration(0));
}

TEST_F(WorldTest, ACallNotAppliedHasNoEffect) {
  EXPECT_EQ(ParkUnder("not-applied"), TransitionOutcome::kStoreError);
  EXPECT_EQ(State(), WorkerState::kHot);
}

TEST_F(WorldTest, ALostReplyComesAfterTheEffectAndIsSettled) {
  EXPECT_EQ(ParkUnder("reply-lost"), TransitionOutcome::kTransitioned);
  EXPECT_EQ(State(), WorkerState::kHotIdle);
  EXPECT_GT(took_, VirtualDuration(0));  // it had to try again
}

TEST_F(WorldTest, ASlowCallTakesItsTime) {
  for (const char* fault : {"slow", "slow-reply"}) {
    EXPECT_EQ(ParkUnder(fault), TransitionOutcome::kTransitioned);
    EXPECT_EQ(State(), WorkerState::kHotIdle);
    EXPECT_GE(took_, std::chrono::seconds(1)) << fault;
  }
}

TEST_F(WorldTest, ACrashBeforeTheEffectLeavesTheRowAlone) {
  EXPECT_EQ(ParkUnder("crash-before"), TransitionOutcome::kInDoubt);
  EXPECT_EQ(State(), WorkerState::kHot);
  EXPECT_TRUE(ended_);
}

TEST_F(WorldTest, ACrashAfterTheEffectLeavesIt) {
  EXPECT_EQ(ParkUnder("crash-after"), TransitionOutcome::kInDoubt);
  EXPECT_EQ(State(), WorkerState::kHotIdle);
  EXPECT_TRUE(ended_);
}

TEST_F(WorldTest, APausedProcessGoesOnWhereItWasBeyondItsExpiry) {
  EXPECT_EQ(ParkUnder("pause"), TransitionOutcome::kTransitioned);
  EXPECT_EQ(State(), WorkerState::kHotIdle);
  EXPECT_GT(took_, ToVirtual(Config().cp_expiry));
  EXPECT_FALSE(ended_);
}

TEST_F(WorldTest, ASecondIncarnationHasANameOfItsOwn) {
  Play("", [](World& world) {
    EXPECT_EQ(world.StartControlPlane("cp-1").cp(), CpId("cp-1"));
    EXPECT_EQ(world.StartControlPlane("cp-1").cp(), CpId("cp-1.2"));
    EXPECT_EQ(world.StartControlPlane("cp-11").cp(), CpId("cp-11"));
  });
}

TEST_F(WorldTest, HealingEndsEverythingAndSaysWhatIsPending) {
  Play("", [](World& world) {
    ControlPlaneProcess& cp = world.StartControlPlane("cp-1");
    world.HotWorker(cp, "org-a");
    EXPECT_THAT(world.Pending(),
                ElementsAre(HasSubstr("expired-session-frees: worker 1 (hot, owner cp-1")));
    world.Crash(cp.process());
    EXPECT_THAT(world.Pending(), ElementsAre(HasSubstr("its owner is dead, and no session")));
    world.Heal();
    EXPECT_THAT(world.Pending(), testing::IsEmpty());
  });
}

// ---- Pods --------------------------------------------------------------------------------------

TEST_F(WorldTest, APodTakesTimeToStartAndToDie) {
  Play("", [](World& world) {
    const PodName name = PodNameOf(WorkerId{1});
    ASSERT_TRUE(world.pods().CreatePod(PodOf(WorkerId{1})).ok());
    EXPECT_TRUE(absl::IsAlreadyExists(world.pods().CreatePod(PodOf(WorkerId{1})).status()));
    EXPECT_EQ((*world.pods().FindPod(name))->phase, PodPhase::kStarting);
    world.SleepFor(absl::Seconds(2));
    EXPECT_EQ((*world.pods().FindPod(name))->phase, PodPhase::kReady);
    world.pods().Kill(WorkerId{1});
    EXPECT_EQ((*world.pods().FindPod(name))->phase, PodPhase::kTerminating);
    world.SleepFor(absl::Seconds(10));
    EXPECT_FALSE(world.pods().FindPod(name)->has_value());
  });
}

TEST_F(WorldTest, APodRecreatedUnderTheSameNameSurvivesALateDeletion) {
  Play("", [](World& world) {
    ControlPlaneProcess& cp = world.StartControlPlane("cp-1");
    const WorkerId worker = world.HotWorker(cp, "org-a");
    TransitionResult lost =
        cp.lifecycle().MarkLost(cp.owned().Find(worker)->cell.last_known(), "test");
    ASSERT_TRUE(world.pods().DeletePod(*lost.fence).ok());
    world.SleepFor(absl::Seconds(10));
    const PodName name = PodNameOf(worker);
    ASSERT_TRUE(world.pods().CreatePod(PodOf(worker)).ok());
    ASSERT_TRUE(world.pods().DeletePod(*lost.fence).ok());  // names the uid of the first pod
    EXPECT_EQ((*world.pods().FindPod(name))->phase, PodPhase::kStarting);
  });
}

TEST_F(WorldTest, AWorkerRefusesAnOldEpochAndAnotherOrg) {
  Play("", [](World& world) {
    ControlPlaneProcess& cp = world.StartControlPlane("cp-1");
    const WorkerId worker = world.HotWorker(cp, "org-a");
    const WorkerLease old = cp.owned().Find(worker)->cell.last_known();
    const TransitionResult fresh = cp.lifecycle().RefreshLease(old);
    const Credentials credentials;
    EXPECT_TRUE(world.pods().UpdateCredentials(*fresh.lease, credentials).ok());
    EXPECT_TRUE(absl::IsFailedPrecondition(world.pods().UpdateCredentials(old, credentials)));
    EXPECT_TRUE(
        absl::IsFailedPrecondition(world.pods().Activate(*fresh.lease, Org("org-b"), credentials)));
    EXPECT_TRUE(world.pods().CheckHealth(*fresh.lease)->healthy);
    world.pods().set_unhealthy(worker, true);
    EXPECT_FALSE(world.pods().CheckHealth(*fresh.lease)->healthy);
    world.pods().Kill(worker);
    EXPECT_FALSE(MayHaveApplied(world.pods().CheckHealth(*fresh.lease).status()));
  });
}

TEST_F(WorldTest, APodThatThePlatformReplacesIsAnotherPodOfTheSameName) {
  Play("", [](World& world) {
    ControlPlaneProcess& cp = world.StartControlPlane("cp-1");
    const WorkerId worker = world.HotWorker(cp, "org-a");
    const WorkerLease lease = cp.owned().Find(worker)->cell.last_known();
    const PodName name = PodNameOf(worker);
    const PodUid old = (*world.pods().FindPod(name))->uid;
    world.pods().Recreate(worker);
    EXPECT_NE((*world.pods().FindPod(name))->uid, old);
    EXPECT_THAT(world.pods().ListPods().value(), testing::SizeIs(1));  // the old one is gone
    EXPECT_FALSE(world.pods().CheckHealth(lease).ok());                // nobody answers yet
    world.SleepFor(absl::Seconds(2));
    EXPECT_TRUE(world.pods().CheckHealth(lease)->healthy);
    const SimPod& fresh = world.pods().pods().back();
    EXPECT_EQ(fresh.uid, (*world.pods().FindPod(name))->uid);
    EXPECT_EQ(fresh.highest_epoch, lease.epoch());  // learned from that call alone
    EXPECT_TRUE(fresh.org.empty());
  });
}

TEST_F(WorldTest, AWorkerThatDrainsOnPurposeSaysSo) {
  Play("", [](World& world) {
    ControlPlaneProcess& cp = world.StartControlPlane("cp-1");
    const WorkerId worker = world.HotWorker(cp, "org-a");
    const WorkerLease lease = cp.owned().Find(worker)->cell.last_known();
    world.pods().set_draining(worker, true);
    EXPECT_TRUE(world.pods().CheckHealth(lease)->draining);
    EXPECT_FALSE(world.pods().CheckHealth(lease)->healthy);
    world.pods().set_draining(worker, false);
    EXPECT_FALSE(world.pods().CheckHealth(lease)->draining);
    EXPECT_TRUE(world.pods().CheckHealth(lease)->healthy);
  });
}

TEST_F(WorldTest, SoManyPodsFailToStartAndStayUntilTheyAreDeleted) {
  Play("", [](World& world) {
    world.pods().FailStarts(1);
    ASSERT_TRUE(world.pods().CreatePod(PodOf(WorkerId{1})).ok());
    ASSERT_TRUE(world.pods().CreatePod(PodOf(WorkerId{2})).ok());
    EXPECT_EQ((*world.pods().FindPod(PodNameOf(WorkerId{1})))->phase, PodPhase::kStarting);
    world.SleepFor(absl::Hours(1));
    EXPECT_EQ((*world.pods().FindPod(PodNameOf(WorkerId{1})))->phase, PodPhase::kFailed);
    EXPECT_EQ((*world.pods().FindPod(PodNameOf(WorkerId{2})))->phase, PodPhase::kReady);
    world.pods().Kill(WorkerId{1});
    EXPECT_EQ((*world.pods().FindPod(PodNameOf(WorkerId{1})))->phase, PodPhase::kTerminating);
  });
}

TEST_F(WorldTest, ManyHotWorkersTakeTheTimeOfOne) {
  Play("", [this](World& world) {
    ControlPlaneProcess& first = world.StartControlPlane("cp-1");
    ControlPlaneProcess& second = world.StartControlPlane("cp-2");
    const VirtualTime began = engine_.Now();
    const std::vector<WorkerId> workers =
        world.HotWorkers({{&first, "org-a"}, {&second, "org-b"}, {&first, "org-b"}});
    EXPECT_EQ(engine_.Now() - began, std::chrono::seconds(3));
    ASSERT_THAT(workers, ElementsAre(WorkerId{1}, WorkerId{2}, WorkerId{3}));
    for (const WorkerId worker : workers) EXPECT_TRUE(world.Is(worker, WorkerState::kHot));
    EXPECT_EQ(world.RowOf(workers[1])->owner_cp, CpId("cp-2"));
    EXPECT_EQ(world.RowOf(workers[2])->org, Org("org-b"));
  });
}

// ---- The mix -----------------------------------------------------------------------------------

TEST(FaultMix, IsDescribedWithItsRates) {
  EXPECT_EQ(FaultMix().Describe(), "no faults");
  FaultMix mix = FaultMix::Drawn(0b100);  // the first fault at the lowest rate, no other
  EXPECT_EQ(mix.Describe(), "not-applied 0.99%");
  mix.Forbid(CallFault::kNotApplied);
  EXPECT_EQ(mix.Describe(), "no faults");
}

TEST(FaultMix, DrawsLeaveEachFaultOutInHalfOfTheRuns) {
  std::array<int, kCallFaultCount> present{};
  Random random(7);
  constexpr int kDraws = 10'000;
  for (int i = 0; i < kDraws; ++i) {
    const FaultMix mix = FaultMix::Drawn(random.Next());
    for (std::size_t f = 0; f < kCallFaultCount; ++f) {
      if (mix.weight(static_cast<CallFault>(f)) > 0) ++present[f];
    }
  }
  // Ten standard deviations of a fair coin thrown ten thousand times are 500.
  for (const int count : present) EXPECT_NEAR(count, kDraws / 2, 500);
}

}  // namespace
}  // namespace fencepost::sim
