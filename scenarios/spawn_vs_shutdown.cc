#include <algorithm>

#include "scenarios/story.h"

namespace fencepost::scenarios {
namespace {

constexpr Probe kSpawnCameFirst{"the spawn came before the stop"};
constexpr Probe kProcessEnded{"the control plane has ended"};

// A control plane is stopped while it spawns for a client and for warm capacity.
void RunSpawnVsShutdown(Story& story) {
  Setup& setup = story.setup();
  story.config().warm_target[StandardImage()] = 1;
  ControlPlaneProcess& cp = setup.StartControlPlane("cp-1");
  const auto created_while_draining = [&story, &cp] {
    const std::optional<absl::Time> since = story.truth().DrainingSince(cp.cp());
    if (!since.has_value()) return false;
    const std::vector<sim::SimPod>& pods = story.cluster().pods().pods();
    return std::any_of(pods.begin(), pods.end(), [&since](const sim::SimPod& pod) {
      return sim::ToTime(pod.created) > *since + absl::Seconds(1);
    });
  };
  story.Concurrently({
      {&cp, "client",
       [&] {
         if (cp.Acquire("org-a", "session-1")) story.Sometimes(kSpawnCameFirst);
       }},
      {&cp, "replenish", [&] { cp.control_plane().spawner().Replenish().IgnoreError(); }},
      {&cp, "shutdown",
       [&] {
         cp.SleepFor(absl::Seconds(story.Choose("stop", 4)));
         cp.Release(SessionToken("session-1"));
         cp.Shutdown();
       }},
  });
  if (cp.ended()) story.Sometimes(kProcessEnded);
  story.Expect(cp.disturbed() || !created_while_draining(),
               "a draining control plane makes no pods");
  story.config().warm_target.clear();
  story.Heal();
}

}  // namespace

Scenario SpawnVsShutdown() {
  return {.name = "spawn-vs-shutdown",
          .claim =
              "A control plane that drains spawns nothing, and what it was spawning does not "
              "outlive it.",
          .promise = kProcessPromise,
          .faults = kProcessFaults,
          .parameters = {{kFaultBudget, 1, 0, 20, "faults that may hit one run"}},
          .probes = {kSpawnCameFirst, kProcessEnded, Landed(kDrain), Landed(kRetireDrained)},
          .body = RunSpawnVsShutdown};
}

}  // namespace fencepost::scenarios
