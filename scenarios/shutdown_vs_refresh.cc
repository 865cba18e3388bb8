#include <string>
#include <utility>
#include <vector>

#include "scenarios/registry.h"
#include "sim/world/world.h"

namespace fencepost::scenarios {
namespace {

using sim::Actor;
using sim::CallFault;
using sim::ControlPlaneProcess;
using sim::World;

// A control plane's hot workers are refreshed, one activity each, while it shuts down.
void Run(World& world) {
  ControlPlaneProcess& cp = world.StartControlPlane("cp-1");
  std::vector<WorkerId> workers;
  for (std::int64_t i = 0; i < world.Parameter("workers"); ++i) {
    workers.push_back(world.HotWorker(cp, "org-a"));
  }
  std::vector<Actor> actors;
  for (const WorkerId worker : workers) {
    actors.push_back({&cp, "refresh", [&cp, worker] { cp.RefreshCredentials(worker); }});
  }
  actors.push_back({&cp, "shutdown", [&cp] { cp.Shutdown(); }});
  world.Concurrently(std::move(actors));

  if (cp.runtime().disturbed()) world.Sometimes("a fault hit the control plane");
  if (cp.ended()) world.Sometimes("the control plane ended, in order or by a crash");
  if (!world.Pending().empty()) world.Sometimes("something was left to the janitor");
  const auto seen = world.store().Observe(workers.front());
  const bool refreshed = seen.ok() && seen->has_value() && (*seen)->row().owner_epoch > Epoch{1};
  world.Sometimes(refreshed ? "the refresh came before the drain" : "the drain came first");
  world.Heal();
}

}  // namespace

Scenario ShutdownVsRefresh() {
  return {
      .name = "shutdown-vs-refresh",
      .claim =
          "A credential refresh bumps the epoch while its control plane shuts down: "
          "whatever the order, no worker is left behind and no pod dies unfenced.",
      .promise =
          "calls refused, replies lost, slow calls, a crash at any call, a pause "
          "beyond the expiry",
      .faults = {CallFault::kNotApplied, CallFault::kReplyLost, CallFault::kSlow,
                 CallFault::kSlowReply, CallFault::kCrashBefore, CallFault::kCrashAfter,
                 CallFault::kPause},
      .parameters = {{"workers", 1, 1, 8, "hot workers of the control plane"},
                     {kFaultBudget, 1, 0, 20, "faults that may hit one run"}},
      .probes = {"a fault hit the control plane", "the control plane ended, in order or by a crash",
                 "something was left to the janitor", "the refresh came before the drain",
                 "the drain came first", "landed refresh_lease", "landed retire_drained",
                 "landed retire_orphan"},
      .body = Run};
}

}  // namespace fencepost::scenarios
