#include "scenarios/story.h"

namespace fencepost::scenarios {
namespace {

constexpr Probe kDrainTimedOut{"the drain ended at its wall"};
constexpr Probe kLetInBefore{"a client was let in before"};
constexpr Probe kServedElsewhere{"a client was served elsewhere"};
constexpr Probe kParkedWorkerRetired{"the parked worker was retired"};

// A control plane is stopped when a client has just been let in, and another client's query runs
// for longer than any drain may take.
void RunDrainVsNewSession(Story& story) {
  Setup& setup = story.setup();
  story.config().drain_timeout = absl::Seconds(60);
  ControlPlaneProcess& cp1 = setup.StartControlPlane("cp-1");
  ControlPlaneProcess& cp2 = setup.StartControlPlane("cp-2");
  const WorkerId parked = setup.HotIdleWorker(cp1, "org-a");
  std::optional<WorkerId> busy;
  if (story.Parameter("workers") > 1) {
    busy = setup.HotWorker(cp1, "org-b");
    setup.OpenSession(cp1, *busy, SessionToken("session-0"), absl::Hours(1));
  }
  bool served_here = false;
  const absl::Time begun = story.cluster().StoreNow();
  std::vector<Actor> actors;
  actors.push_back({&cp1, "shutdown", [&] {
                      cp1.Shutdown();
                      story.Expect(cp1.disturbed() ||
                                       story.cluster().StoreNow() - begun <= absl::Seconds(90),
                                   "a drain comes to its end");
                      if (cp1.ended()) story.Sometimes(kDrainTimedOut);
                    }});
  if (story.Parameter("clients") > 1) {
    actors.push_back({&cp1, "client", [&] {
                        if (!cp1.Acquire("org-a", "session-1")) return;
                        story.Sometimes(kLetInBefore);
                        // This short query ends while the drain waits for the long one.
                        cp1.SleepFor(absl::Seconds(10));
                        cp1.Release(SessionToken("session-1"));
                        served_here = true;
                      }});
  }
  actors.push_back({&cp2, "client", [&] {
                      if (cp2.Acquire("org-a", "session-2")) story.Sometimes(kServedElsewhere);
                    }});
  story.Concurrently(std::move(actors));
  const bool disturbed = cp1.disturbed() || cp2.disturbed();
  story.Expect(disturbed || !served_here || IsTerminal(story.truth().RowOf(parked)->state),
               "a drain that waits ends what becomes free meanwhile");
  story.Expect(!busy || !IsTerminal(story.truth().RowOf(*busy)->state),
               "the running query goes on");
  if (story.truth().Is(parked, WorkerState::kRetired)) story.Sometimes(kParkedWorkerRetired);
  story.Heal();
}

}  // namespace

Scenario DrainVsNewSession() {
  return {.name = "drain-vs-new-session",
          .claim =
              "A session that has just begun refuses the drain, a running one outlives the "
              "shutdown, and the shutdown ends all the same.",
          .promise = kProcessPromise,
          .faults = kProcessFaults,
          .parameters = {{"workers", 2, 1, 2, "a parked one; with 2, one with a long query, too"},
                         {"clients", 2, 1, 2, "one at cp-2; with 2, one at cp-1 first, too"},
                         {kFaultBudget, 1, 0, 20, "faults that may hit one run"}},
          .probes = {kDrainTimedOut, kLetInBefore, kServedElsewhere, kParkedWorkerRetired,
                     Told(kFenceMissSession), Landed(kDrain)},
          .body = RunDrainVsNewSession};
}

}  // namespace fencepost::scenarios
