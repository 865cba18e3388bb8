#include <algorithm>
#include <string>
#include <tuple>

#include "scenarios/promises.h"
#include "scenarios/registry.h"
#include "sim/world/world.h"

namespace fencepost::scenarios {
namespace {

using sim::ControlPlaneProcess;
using sim::World;

// A control plane is stopped while it spawns: for a client, and to fill up warm capacity.
void Run(World& world) {
  world.config().warm_target[Image(std::string(World::kImage))] = 1;
  ControlPlaneProcess& cp = world.StartControlPlane("cp-1");
  const auto created_while_draining = [&world, &cp] {
    return world.DrainingSince(cp.cp()).has_value() &&
           std::any_of(
               world.pods().pods().begin(), world.pods().pods().end(), [&](const sim::SimPod& pod) {
                 return sim::ToTime(pod.created) > *world.DrainingSince(cp.cp()) + absl::Seconds(1);
               });
  };
  world.Concurrently({
      {&cp, "client",
       [&] {
         if (cp.Acquire("org-a", "session-1")) world.Sometimes("the spawn came before the stop");
       }},
      {&cp, "replenish", [&] { cp.control_plane().spawner().Replenish().IgnoreError(); }},
      {&cp, "shutdown",
       [&] {
         const absl::Duration waits = absl::Seconds(world.Choose("stop", 4));
         std::ignore = cp.runtime().SleepUntil(cp.runtime().Now() + waits);
         cp.control_plane().Release(SessionToken("session-1")).IgnoreError();
         cp.Shutdown();
       }},
  });
  if (cp.ended()) world.Sometimes("the control plane has ended");
  world.Expect(cp.runtime().disturbed() || !created_while_draining(),
               "a draining control plane makes no pods");
  world.config().warm_target.clear();
  world.Heal();
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
          .probes = {"the spawn came before the stop", "the control plane has ended",
                     "landed drain", "landed retire_drained"},
          .body = Run};
}

}  // namespace fencepost::scenarios
