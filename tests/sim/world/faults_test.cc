// The simulated platform, and the meaning of each fault, chosen by name at one call.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>

#include "core/rules/effect.h"
#include "sim/engine/random.h"
#include "tests/sim/world/cluster_test.h"

namespace fencepost::sim {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST_F(ClusterTest, WithoutAFaultTheCallTakesEffectAtOnce) {
  EXPECT_EQ(ParkUnder(""), TransitionOutcome::kTransitioned);
  EXPECT_EQ(State(), WorkerState::kHotIdle);
  EXPECT_EQ(took_, VirtualDuration(0));
}

TEST_F(ClusterTest, ACallNotAppliedHasNoEffect) {
  EXPECT_EQ(ParkUnder("not-applied"), TransitionOutcome::kStoreError);
  EXPECT_EQ(State(), WorkerState::kHot);
}

TEST_F(ClusterTest, ALostReplyComesAfterTheEffectAndIsSettled) {
  EXPECT_EQ(ParkUnder("reply-lost"), TransitionOutcome::kTransitioned);
  EXPECT_EQ(State(), WorkerState::kHotIdle);
  EXPECT_GT(took_, VirtualDuration(0));  // the lifecycle had to try again
}

TEST_F(ClusterTest, ASlowCallTakesItsTime) {
  for (const char* fault : {"slow", "slow-reply"}) {
    EXPECT_EQ(ParkUnder(fault), TransitionOutcome::kTransitioned);
    EXPECT_EQ(State(), WorkerState::kHotIdle);
    EXPECT_GE(took_, std::chrono::seconds(1)) << fault;
  }
}

TEST_F(ClusterTest, ACrashBeforeTheEffectLeavesTheRowAlone) {
  EXPECT_EQ(ParkUnder("crash-before"), TransitionOutcome::kInDoubt);
  EXPECT_EQ(State(), WorkerState::kHot);
  EXPECT_TRUE(ended_);
}

TEST_F(ClusterTest, ACrashAfterTheEffectLeavesIt) {
  EXPECT_EQ(ParkUnder("crash-after"), TransitionOutcome::kInDoubt);
  EXPECT_EQ(State(), WorkerState::kHotIdle);
  EXPECT_TRUE(ended_);
}

TEST_F(ClusterTest, APausedProcessGoesOnWhereItWasBeyondItsExpiry) {
  EXPECT_EQ(ParkUnder("pause"), TransitionOutcome::kTransitioned);
  EXPECT_EQ(State(), WorkerState::kHotIdle);
  EXPECT_GT(took_, ToVirtual(Config().cp_expiry));
  EXPECT_FALSE(ended_);
}

TEST_F(ClusterTest, ASecondIncarnationHasANameOfItsOwn) {
  Play("", [](Story& story) {
    EXPECT_EQ(story.setup().StartControlPlane("cp-1").cp(), CpId("cp-1"));
    EXPECT_EQ(story.setup().StartControlPlane("cp-1").cp(), CpId("cp-1.2"));
    EXPECT_EQ(story.setup().StartControlPlane("cp-11").cp(), CpId("cp-11"));
  });
}

TEST_F(ClusterTest, HealingEndsEverythingAndSaysWhatIsPending) {
  Play("", [](Story& story) {
    ControlPlaneProcess& cp = story.setup().StartControlPlane("cp-1");
    story.setup().HotWorker(cp, "org-a");
    EXPECT_THAT(story.Unsettled(),
                ElementsAre(HasSubstr("expired-session-frees: worker 1 (hot, owner cp-1")));
    story.cluster().Crash(cp.process());
    EXPECT_THAT(story.Unsettled(), ElementsAre(HasSubstr("its owner is dead, and no session")));
    story.Heal();
    EXPECT_THAT(story.Unsettled(), testing::IsEmpty());
  });
}

// ---- Pods --------------------------------------------------------------------------------------

TEST_F(ClusterTest, APodTakesTimeToStartAndToDie) {
  Play("", [](Story& story) {
    const PodName name = PodNameOf(WorkerId{1});
    ASSERT_TRUE(story.cluster().pods().CreatePod(PodOf(WorkerId{1})).ok());
    EXPECT_TRUE(
        absl::IsAlreadyExists(story.cluster().pods().CreatePod(PodOf(WorkerId{1})).status()));
    EXPECT_EQ((*story.cluster().pods().FindPod(name))->phase, PodPhase::kStarting);
    story.SleepFor(absl::Seconds(2));
    EXPECT_EQ((*story.cluster().pods().FindPod(name))->phase, PodPhase::kReady);
    story.cluster().pods().Kill(WorkerId{1});
    EXPECT_EQ((*story.cluster().pods().FindPod(name))->phase, PodPhase::kTerminating);
    story.SleepFor(absl::Seconds(10));
    EXPECT_FALSE(story.cluster().pods().FindPod(name)->has_value());
  });
}

TEST_F(ClusterTest, APodRecreatedUnderTheSameNameSurvivesALateDeletion) {
  Play("", [](Story& story) {
    ControlPlaneProcess& cp = story.setup().StartControlPlane("cp-1");
    const WorkerId worker = story.setup().HotWorker(cp, "org-a");
    TransitionResult lost = cp.lifecycle().MarkLost(cp.LeaseOf(worker), "test");
    ASSERT_TRUE(story.cluster().pods().DeletePod(*lost.fence).ok());
    story.SleepFor(absl::Seconds(10));
    const PodName name = PodNameOf(worker);
    ASSERT_TRUE(story.cluster().pods().CreatePod(PodOf(worker)).ok());
    ASSERT_TRUE(
        story.cluster().pods().DeletePod(*lost.fence).ok());  // names the uid of the first pod
    EXPECT_EQ((*story.cluster().pods().FindPod(name))->phase, PodPhase::kStarting);
  });
}

TEST_F(ClusterTest, AWorkerRefusesAnOldEpochAndAnotherOrg) {
  Play("", [](Story& story) {
    ControlPlaneProcess& cp = story.setup().StartControlPlane("cp-1");
    const WorkerId worker = story.setup().HotWorker(cp, "org-a");
    const WorkerLease old = cp.LeaseOf(worker);
    const TransitionResult fresh = cp.lifecycle().RefreshLease(old);
    const Credentials credentials;
    EXPECT_TRUE(story.cluster().pods().UpdateCredentials(*fresh.lease, credentials).ok());
    EXPECT_TRUE(
        absl::IsFailedPrecondition(story.cluster().pods().UpdateCredentials(old, credentials)));
    EXPECT_TRUE(absl::IsFailedPrecondition(
        story.cluster().pods().Activate(*fresh.lease, Org("org-b"), credentials)));
    EXPECT_TRUE(story.cluster().pods().CheckHealth(*fresh.lease)->healthy);
    story.cluster().pods().set_unhealthy(worker, true);
    EXPECT_FALSE(story.cluster().pods().CheckHealth(*fresh.lease)->healthy);
    story.cluster().pods().Kill(worker);
    EXPECT_FALSE(MayHaveApplied(story.cluster().pods().CheckHealth(*fresh.lease).status()));
  });
}

TEST_F(ClusterTest, APodThatThePlatformReplacesIsAnotherPodOfTheSameName) {
  Play("", [](Story& story) {
    ControlPlaneProcess& cp = story.setup().StartControlPlane("cp-1");
    const WorkerId worker = story.setup().HotWorker(cp, "org-a");
    const WorkerLease lease = cp.LeaseOf(worker);
    const PodName name = PodNameOf(worker);
    const PodUid old = (*story.cluster().pods().FindPod(name))->uid;
    story.cluster().pods().Recreate(worker);
    EXPECT_NE((*story.cluster().pods().FindPod(name))->uid, old);
    EXPECT_THAT(story.cluster().pods().ListPods().value(),
                testing::SizeIs(1));  // the old one is gone
    EXPECT_FALSE(
        story.cluster().pods().CheckHealth(lease).ok());  // the new pod does not answer yet
    story.SleepFor(absl::Seconds(2));
    EXPECT_TRUE(story.cluster().pods().CheckHealth(lease)->healthy);
    const SimPod& fresh = story.cluster().pods().pods().back();
    EXPECT_EQ(fresh.uid, (*story.cluster().pods().FindPod(name))->uid);
    EXPECT_EQ(fresh.highest_epoch, lease.epoch());  // learned from that call alone
    EXPECT_TRUE(fresh.org.empty());
  });
}

TEST_F(ClusterTest, AWorkerThatDrainsOnPurposeSaysSo) {
  Play("", [](Story& story) {
    ControlPlaneProcess& cp = story.setup().StartControlPlane("cp-1");
    const WorkerId worker = story.setup().HotWorker(cp, "org-a");
    const WorkerLease lease = cp.LeaseOf(worker);
    story.cluster().pods().set_draining(worker, true);
    EXPECT_TRUE(story.cluster().pods().CheckHealth(lease)->draining);
    EXPECT_FALSE(story.cluster().pods().CheckHealth(lease)->healthy);
    story.cluster().pods().set_draining(worker, false);
    EXPECT_FALSE(story.cluster().pods().CheckHealth(lease)->draining);
    EXPECT_TRUE(story.cluster().pods().CheckHealth(lease)->healthy);
  });
}

TEST_F(ClusterTest, SoManyPodsFailToStartAndStayUntilTheyAreDeleted) {
  Play("", [](Story& story) {
    story.cluster().pods().FailStarts(1);
    ASSERT_TRUE(story.cluster().pods().CreatePod(PodOf(WorkerId{1})).ok());
    ASSERT_TRUE(story.cluster().pods().CreatePod(PodOf(WorkerId{2})).ok());
    EXPECT_EQ((*story.cluster().pods().FindPod(PodNameOf(WorkerId{1})))->phase,
              PodPhase::kStarting);
    story.SleepFor(absl::Hours(1));
    EXPECT_EQ((*story.cluster().pods().FindPod(PodNameOf(WorkerId{1})))->phase, PodPhase::kFailed);
    EXPECT_EQ((*story.cluster().pods().FindPod(PodNameOf(WorkerId{2})))->phase, PodPhase::kReady);
    story.cluster().pods().Kill(WorkerId{1});
    EXPECT_EQ((*story.cluster().pods().FindPod(PodNameOf(WorkerId{1})))->phase,
              PodPhase::kTerminating);
  });
}

TEST_F(ClusterTest, ManyHotWorkersTakeTheTimeOfOne) {
  Play("", [this](Story& story) {
    ControlPlaneProcess& first = story.setup().StartControlPlane("cp-1");
    ControlPlaneProcess& second = story.setup().StartControlPlane("cp-2");
    const VirtualTime began = engine_.Now();
    const std::vector<WorkerId> workers =
        story.setup().HotWorkers({{&first, "org-a"}, {&second, "org-b"}, {&first, "org-b"}});
    EXPECT_EQ(engine_.Now() - began, std::chrono::seconds(3));
    ASSERT_THAT(workers, ElementsAre(WorkerId{1}, WorkerId{2}, WorkerId{3}));
    for (const WorkerId worker : workers) EXPECT_TRUE(story.truth().Is(worker, WorkerState::kHot));
    EXPECT_EQ(story.truth().RowOf(workers[1])->owner_cp, CpId("cp-2"));
    EXPECT_EQ(story.truth().RowOf(workers[2])->org, Org("org-b"));
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
