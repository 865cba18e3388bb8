#include <tuple>

#include "scenarios/promises.h"
#include "scenarios/registry.h"
#include "sim/world/world.h"

namespace fencepost::scenarios {
namespace {

using sim::ControlPlaneProcess;
using sim::World;

// A whole life in one go: spawn, activate, serve, refresh, park, shut down; and a janitor that
// reaps another one's leavings. Each process may die at each of its calls.
void Run(World& world) {
  world.config().hot_idle_ttl = absl::Seconds(10);
  ControlPlaneProcess& cp = world.StartControlPlane("cp-1");
  ControlPlaneProcess& janitor = world.StartControlPlane("cp-2");
  const WorkerId parked = world.HotIdleWorker(janitor, "org-b");
  world.Pass(absl::Seconds(10));

  const SessionToken token("session-1");
  world.Concurrently({{&cp, "life", [&] {
                         if (!cp.Acquire("org-a", token.text())) return;
                         cp.control_plane().Heartbeat().IgnoreError();
                         for (const ManagedWorkerPtr& worker : cp.owned().Workers())
                           cp.RefreshCredentials(worker->id);
                         cp.control_plane().Release(token).IgnoreError();
                         cp.control_plane().UpkeepOnce().IgnoreError();
                         cp.Shutdown();
                       }}});
  world.Concurrently({{&janitor, "reaping", [&] {
                         janitor.RunJanitorOnce();
                         std::ignore = janitor.lifecycle().AwaitCleanups();
                       }}});
  if (cp.ended() && cp.runtime().disturbed()) world.Sometimes("cp-1 died on its way");
  if (cp.ended() && !cp.runtime().disturbed()) world.Sometimes("cp-1 came to its end in order");
  if (janitor.ended()) world.Sometimes("the janitor died on its way");
  if (world.Is(parked, WorkerState::kRetired)) world.Sometimes("the parked worker was reaped");
  if (!world.Pending().empty()) world.Sometimes("something was left to the next janitor");
  world.Heal();
}

}  // namespace

Scenario CrashAtEveryPoint() {
  return {.name = "crash-at-every-point",
          .claim =
              "A process may die at any point of spawning, activating, refreshing, shutting down "
              "and reaping: nothing is left behind, and no pod dies unfenced.",
          .promise = "a crash at any call",
          .faults = {sim::CallFault::kCrashBefore, sim::CallFault::kCrashAfter},
          .parameters = {{kFaultBudget, 1, 0, 4, "crashes in one run"}},
          .probes = {"cp-1 died on its way", "cp-1 came to its end in order",
                     "the janitor died on its way", "the parked worker was reaped",
                     "something was left to the next janitor", "landed retire_drained",
                     "landed retire_orphan", "fence from terminal_snapshot"},
          .body = Run};
}

}  // namespace fencepost::scenarios
