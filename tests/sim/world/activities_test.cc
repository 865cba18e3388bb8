// Every event of a simulated run says which activity of which control plane sent or caused it.
#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "tests/sim/world/cluster_test.h"

namespace fencepost::sim {
namespace {

struct Seen {
  std::string source;
  std::string activity;
  std::string event;

  friend bool operator==(const Seen&, const Seen&) = default;
};

class ActivitiesOfEvents : public ClusterTest, protected EventObserver {
 protected:
  ActivitiesOfEvents() { hub_.Add(this); }

  void On(const Event& event) override {
    seen_.push_back({std::string(event.source), std::string(event.activity),
                     std::string(EventName(event.body))});
  }
  bool Saw(const std::string& source, const std::string& activity, const std::string& event) const {
    return std::find(seen_.begin(), seen_.end(), Seen{source, activity, event}) != seen_.end();
  }

  std::vector<Seen> seen_;
};

// One control plane refreshes its own worker, and its janitor ends the worker of another that has
// died.
TEST_F(ActivitiesOfEvents, TheLoopsOfARunningControlPlane) {
  Play("", [&](Story& story) {
    ControlPlaneProcess& cp1 = story.setup().StartControlPlane("cp-1");
    ControlPlaneProcess& cp2 = story.setup().StartControlPlane("cp-2");
    story.setup().HotIdleWorker(cp1, "org-a");
    story.setup().HotIdleWorker(cp2, "org-b");
    story.config().hot_idle_ttl = absl::Hours(10);
    // Set-up runs the core's code outside of every activity.
    EXPECT_TRUE(Saw("cp-1", "", "transition_told"));
    EXPECT_TRUE(Saw("store", "", "row_committed"));
    EXPECT_TRUE(std::all_of(seen_.begin(), seen_.end(),
                            [](const Seen& seen) { return seen.activity.empty(); }));
    story.cluster().Crash(cp2.process());
    cp1.BeginLoops();
    story.SleepFor(absl::Hours(1));
  });
  EXPECT_TRUE(Saw("cp-1", "janitor", "transition_attempted"));
  EXPECT_TRUE(Saw("cp-1", "janitor", "fence_minted"));
  EXPECT_TRUE(Saw("store", "janitor", "row_committed"));
  EXPECT_TRUE(Saw("store", "janitor", "control_plane_changed"));
  EXPECT_TRUE(Saw("cp-1", "cleanup", "pod_deletion_attempted"));
  // The same pass of the janitor goes on to reconcile, and is the first to reach the pod.
  EXPECT_TRUE(Saw("pods", "janitor", "pod_deleted"));
  EXPECT_TRUE(Saw("cp-1", "refresher", "lease_minted"));
  EXPECT_TRUE(Saw("worker", "refresher", "worker_accepted"));
  EXPECT_TRUE(Saw("worker", "health", "worker_accepted"));
  EXPECT_FALSE(Saw("cp-1", "health", "lease_minted"));
}

// A janitor acts on the workers of every control plane: its steps have a column of their own.
TEST_F(ActivitiesOfEvents, TheTimelineHasAColumnForAJanitor) {
  TimelineRecorder recorder;
  hub_.Add(&recorder);
  Play("", [&](Story& story) {
    ControlPlaneProcess& cp1 = story.setup().StartControlPlane("cp-1");
    ControlPlaneProcess& cp2 = story.setup().StartControlPlane("cp-2");
    story.setup().HotIdleWorker(cp2, "org-b");
    story.cluster().Crash(cp2.process());
    cp1.BeginLoops();
    story.SleepFor(absl::Minutes(5));
  });
  const auto drawn = [&](std::string_view column, std::string_view text) {
    return std::any_of(recorder.timeline().begin(), recorder.timeline().end(),
                       [&](const TimelineEntry& entry) {
                         return entry.column == column && entry.text.starts_with(text);
                       });
  };
  EXPECT_TRUE(drawn("janitor cp-1", "retire_orphan w1"));
  EXPECT_FALSE(drawn("cp-1", "retire_orphan w1"));
  EXPECT_TRUE(drawn("cp-1", "delete pod of w1"));
}

// The engine calls the second of two tasks of one name "acquire#2"; for the core both are
// "acquire".
TEST_F(ActivitiesOfEvents, TwoActivitiesOfOneNameHaveThatName) {
  Play("", [&](Story& story) {
    ControlPlaneProcess& cp = story.setup().StartControlPlane("cp-1");
    story.setup().HotIdleWorker(cp, "org-a");
    story.setup().HotIdleWorker(cp, "org-b");
    seen_.clear();
    story.Concurrently({{&cp, "client", [&] { EXPECT_TRUE(cp.Acquire("org-a", "token-a")); }},
                        {&cp, "client", [&] { EXPECT_TRUE(cp.Acquire("org-b", "token-b")); }}});
  });
  const Seen claimed{"cp-1", "acquire", "claim_told"};
  EXPECT_EQ(std::count(seen_.begin(), seen_.end(), claimed), 2);
  EXPECT_TRUE(std::none_of(seen_.begin(), seen_.end(), [](const Seen& seen) {
    return seen.activity.find('#') != std::string::npos;
  }));
}

// ---- The bound on activities -------------------------------------------------------------------

// As on the threads of a production process: what waits keeps its place, and further activities
// begin in order.
TEST_F(ActivitiesOfEvents, BeyondTheBoundWaitInOrderForOneToReturn) {
  std::vector<std::string> begun;
  Play("", [&](Story& story) {
    ControlPlaneProcess& cp = story.setup().StartControlPlane("cp-1");
    SimRuntime& runtime = cp.runtime();
    const int bound = runtime.ActivityBound();
    story.RunIn(cp, "spawner", [&] {
      const std::unique_ptr<Signal> leave = runtime.NewSignal();
      std::vector<ActivityId> activities;
      for (int i = 0; i < bound; ++i) {
        activities.push_back(runtime.Spawn("waits", [&] {
          begun.emplace_back("waits");
          EXPECT_TRUE(leave->WaitUntil(absl::InfiniteFuture()).ok());
        }));
      }
      for (const std::string name : {"first", "second"}) {
        activities.push_back(runtime.Spawn(name, [&begun, name] { begun.push_back(name); }));
      }
      cp.SleepFor(absl::Hours(1));
      EXPECT_EQ(begun, std::vector<std::string>(static_cast<std::size_t>(bound), "waits"));
      leave->NotifyAll();
      for (const ActivityId activity : activities) EXPECT_TRUE(runtime.Join(activity).ok());
    });
    EXPECT_EQ(runtime.most_activities(), bound + 2);
  });
  ASSERT_GE(begun.size(), 2U);
  EXPECT_EQ(begun.back(), "second");
  EXPECT_EQ(begun[begun.size() - 2], "first");
}

TEST_F(ActivitiesOfEvents, AnActivityThatNeverHadItsTurnIsDroppedWithItsProcess) {
  bool ran = false;
  Play("", [&](Story& story) {
    ControlPlaneProcess& cp = story.setup().StartControlPlane("cp-1");
    SimRuntime& runtime = cp.runtime();
    story.RunIn(cp, "spawner", [&] {
      for (int i = 0; i < runtime.ActivityBound(); ++i) {
        runtime.Spawn("waits", [&] {
          EXPECT_TRUE(absl::IsCancelled(runtime.SleepUntil(absl::InfiniteFuture())));
        });
      }
      runtime.Spawn("beyond", [&] { ran = true; });
      cp.SleepFor(absl::Seconds(1));
    });
    story.cluster().Crash(cp.process());
  });
  EXPECT_FALSE(ran);
}

}  // namespace
}  // namespace fencepost::sim
