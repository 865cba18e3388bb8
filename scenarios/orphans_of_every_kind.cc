#include <memory>
#include <tuple>
#include <vector>

#include "scenarios/promises.h"
#include "scenarios/registry.h"
#include "sim/world/world.h"

namespace fencepost::scenarios {
namespace {

using sim::ControlPlaneProcess;
using sim::World;

// Owners that are gone in every way there is: expired, ended, never heard of again while draining,
// removed by an operator. Their workers hold the last places under the cap.
void Run(World& world) {
  world.config().caps.global = 5;
  ControlPlaneProcess& expired = world.StartControlPlane("expired");
  ControlPlaneProcess& ended = world.StartControlPlane("ended");
  ControlPlaneProcess& draining = world.StartControlPlane("draining");
  ControlPlaneProcess& removed = world.StartControlPlane("removed");
  world.HotWorker(expired, "org-a");
  world.ReservedWorker(ended, "org-b");
  world.HotIdleWorker(draining, "org-c");
  world.HotWorker(removed, "org-d");
  world.IdleWorker(removed);
  world.Calmly([&] {
    std::ignore = world.store().DeregisterControlPlane(ended.cp());
    std::ignore = world.store().BeginDrain(draining.cp());
    world.RemoveControlPlane(removed.cp());
  });
  for (ControlPlaneProcess* const gone : {&expired, &ended, &draining, &removed}) {
    world.Crash(gone->process());
  }
  ControlPlaneProcess& cp = world.RunControlPlane("cp-1");
  const std::vector<sim::TaskId> client = {world.Aside("client", [&world, &cp] {
    auto served = std::make_shared<bool>(false);
    world.Within(cp, "client",
                 [served, &cp] { *served = cp.Acquire("org-e", "session-1", absl::Minutes(10)); });
    if (*served) world.Sometimes("a client got the place of an orphan");
  })};
  world.Await(client);
  world.Recover();
}

}  // namespace

Scenario OrphansOfEveryKind() {
  return {.name = "orphans-of-every-kind",
          .claim =
              "However an owner went, expired, ended, in the middle of a drain, or without a "
              "trace, its workers are retired and their places are free again.",
          .promise = kProcessPromise,
          .faults = kProcessFaults,
          .fault_spread = 2,
          .parameters = {{kFaultBudget, 2, 0, 20, "faults that may hit one run"}},
          .probes = {"a client got the place of an orphan", "landed retire_orphan"},
          .body = Run};
}

}  // namespace fencepost::scenarios
