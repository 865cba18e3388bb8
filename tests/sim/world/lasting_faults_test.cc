// Faults that lose a request, that outlast the call that they hit, that leave a call without an
// answer, and effects that land after their caller was told that they are in doubt.

#include <gtest/gtest.h>

#include "core/rules/effect.h"
#include "tests/sim/world/cluster_test.h"

namespace fencepost::sim {
namespace {

// Calls of one process by one name, whose effects are counted.
class Caller {
 public:
  Caller(Story& story, ControlPlaneProcess& process) : story_(story), process_(process) {}

  absl::Status Call(std::string_view name = "ask", CallTarget target = CallTarget::kStore,
                    WorkerId worker = {}) {
    absl::Status status;
    EXPECT_TRUE(story_.RunIn(process_, "calls", [&] {
      const VirtualTime began = story_.cluster().engine().Now();
      status = process_.runtime().Call(CallSite{target, name, worker}, [this] {
        ++effects_;
        return absl::OkStatus();
      });
      took_ = story_.cluster().engine().Now() - began;
    }));
    return status;
  }
  int effects() const { return effects_; }
  VirtualDuration took() const { return took_; }

 private:
  Story& story_;
  ControlPlaneProcess& process_;
  int effects_ = 0;
  VirtualDuration took_{};
};

constexpr VirtualDuration kTimeout = std::chrono::seconds(30);

TEST_F(ClusterTest, ALostRequestIsInDoubtAndHasNoEffect) {
  for (const bool request : {false, true}) {
    Play(request ? "request-lost" : "reply-lost", [&](Story& story) {
      Caller caller(story, story.setup().StartControlPlane("cp-1"));
      EXPECT_TRUE(absl::IsUnknown(caller.Call()));
      EXPECT_EQ(caller.effects(), request ? 0 : 1);
    });
  }
  EXPECT_EQ(ParkUnder("request-lost"), TransitionOutcome::kTransitioned);  // by its repetition
}

TEST_F(ClusterTest, LossesInARowHitTheSameCallOnly) {
  Play("lost-in-a-row", [](Story& story) {
    Caller caller(story, story.setup().StartControlPlane("cp-1"));
    EXPECT_TRUE(absl::IsUnknown(caller.Call()));
    EXPECT_TRUE(caller.Call("another").ok());
    EXPECT_TRUE(caller.Call("ask", CallTarget::kStore, WorkerId{1}).ok());
    EXPECT_TRUE(absl::IsUnknown(caller.Call()));
    EXPECT_TRUE(absl::IsUnknown(caller.Call()));
    EXPECT_TRUE(caller.Call().ok());
    EXPECT_EQ(caller.effects(), 6);  // the first half of a lost call that is offered is its reply
  });
}

TEST_F(ClusterTest, AFailingCallSiteRefusesUntilItIsOver) {
  Play("site-fails", [](Story& story) {
    Caller caller(story, story.setup().StartControlPlane("cp-1"));
    Caller other(story, story.setup().StartControlPlane("cp-2"));
    for (int i = 0; i < 3; ++i) EXPECT_FALSE(MayHaveApplied(caller.Call()));
    EXPECT_EQ(caller.effects(), 0);
    EXPECT_TRUE(caller.Call("another").ok());
    EXPECT_TRUE(other.Call().ok());
    story.SleepFor(absl::Seconds(30));  // the first length that is offered
    EXPECT_TRUE(caller.Call().ok());
  });
}

TEST_F(ClusterTest, AHangingTargetCostsEachCallItsTimeout) {
  Play("hang", [](Story& story) {
    Caller caller(story, story.setup().StartControlPlane("cp-1"));
    story.StartActor("meanwhile", [&story] {
      story.SleepFor(absl::Seconds(1));
      Caller second(story, *story.cluster().LatestIncarnation("cp-1"));
      EXPECT_TRUE(second.Call("another", CallTarget::kWorker).ok());
      EXPECT_EQ(second.took(), VirtualDuration(0));
      EXPECT_TRUE(absl::IsUnknown(second.Call("another")));
      EXPECT_EQ(second.took(), kTimeout);
    });
    EXPECT_TRUE(absl::IsUnknown(caller.Call()));
    EXPECT_EQ(caller.took(), kTimeout);
    EXPECT_EQ(caller.effects(), 0);
    EXPECT_TRUE(caller.Call().ok());  // the first length that is offered is 15 seconds
    story.SleepFor(absl::Seconds(5));
  });
}

TEST_F(ClusterTest, NobodyAnswersForAPodThatFellSilent) {
  Play("pod-falls-silent", [this](Story& story) {
    ControlPlaneProcess& cp = story.setup().StartControlPlane("cp-1");
    const WorkerId worker = story.setup().HotWorker(cp, "org-a");
    const WorkerLease lease = cp.LeaseOf(worker);
    const auto ask = [&] {
      absl::Status status;
      EXPECT_TRUE(story.RunIn(cp, "calls", [&] {
        began_ = engine_.Now();
        status = cp.runtime()
                     .Call(CallSite{CallTarget::kWorker, "check_health", worker},
                           [&] { return story.cluster().pods().CheckHealth(lease); })
                     .status();
        took_ = engine_.Now() - began_;
      }));
      return status;
    };
    EXPECT_TRUE(absl::IsUnknown(ask()));
    EXPECT_EQ(took_, kTimeout);
    EXPECT_FALSE(cluster_.PodLives(worker));
    ASSERT_TRUE(story.cluster().pods().CreatePod(PodOf(worker)).ok());
    story.SleepFor(absl::Seconds(2));
    EXPECT_TRUE(ask().ok());
    EXPECT_EQ(took_, VirtualDuration(0));
  });
}

// ---- Late effects ------------------------------------------------------------------------------

TEST_F(ClusterTest, ALateEffectLandsAfterItsCallerWasToldAndAfterItsDeath) {
  for (const bool dies : {false, true}) {
    Play("late", [dies](Story& story) {
      ControlPlaneProcess& cp = story.setup().StartControlPlane("cp-1");
      SimPods& pods = story.cluster().pods();
      EXPECT_TRUE(story.RunIn(cp, "calls", [&] {
        const auto created =
            cp.runtime().CallOwning(CallSite{CallTarget::kPods, "create_pod", WorkerId{1}},
                                    [&pods] { return pods.CreatePod(PodOf(WorkerId{1})); });
        EXPECT_TRUE(absl::IsUnknown(created.status()));
      }));
      EXPECT_FALSE(pods.FindPod(PodNameOf(WorkerId{1}))->has_value());
      if (dies) story.cluster().Crash(cp.process());
      story.SleepFor(absl::Seconds(1));  // the first delay that is offered
      story.SleepFor(absl::Seconds(1));
      EXPECT_TRUE(pods.FindPod(PodNameOf(WorkerId{1}))->has_value());
    });
  }
}

TEST_F(ClusterTest, ALateTransitionThatWasRepeatedMeanwhileChangesNothing) {
  Play("late", [this](Story& story) {
    ControlPlaneProcess& cp = story.setup().StartControlPlane("cp-1");
    const WorkerId worker = story.setup().HotWorker(cp, "org-a");
    TransitionOutcome outcome = TransitionOutcome::kInDoubt;
    const WorkerLease lease = cp.LeaseOf(worker);
    EXPECT_TRUE(story.RunIn(cp, "park", [&] { outcome = cp.lifecycle().Park(lease).outcome; }));
    EXPECT_EQ(outcome, TransitionOutcome::kTransitioned);
    const Revision parked = story.truth().RowOf(worker)->revision;
    story.SleepFor(absl::Seconds(10));
    EXPECT_EQ(State(), WorkerState::kHotIdle);
    EXPECT_EQ(story.truth().RowOf(worker)->revision, parked);
  });
}

TEST_F(ClusterTest, ACallThatCannotOutliveItsCallerIsNeverLate) {
  Play("late", [](Story& story) {
    Caller caller(story, story.setup().StartControlPlane("cp-1"));
    EXPECT_TRUE(caller.Call().ok());
    EXPECT_EQ(caller.effects(), 1);
  });
}

// ---- Probes ------------------------------------------------------------------------------------

TEST_F(ClusterTest, AFaultThatHitsMarksItsProbe) {
  const FaultProbes marks(probes_);
  cluster_.set_fault_probes(&marks);
  ParkUnder("request-lost");
  cluster_.set_fault_probes(nullptr);
  EXPECT_EQ(probes_.hits(Met(CallFault::kRequestLost).name()), 1U);
  EXPECT_EQ(probes_.hits(Met(CallFault::kReplyLost).name()), 0U);
  EXPECT_EQ(Met(CallFault::kLate).name(), "met late");
}

}  // namespace
}  // namespace fencepost::sim
