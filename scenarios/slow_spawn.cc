#include <chrono>
#include <memory>
#include <vector>

#include "scenarios/promises.h"
#include "scenarios/registry.h"
#include "sim/world/world.h"

namespace fencepost::scenarios {
namespace {

using sim::ControlPlaneProcess;
using sim::World;

// Pods take seven of the eight minutes that a spawn may take, and the janitor looks all the time.
void Run(World& world) {
  world.config().spawn_timeout = absl::Minutes(8);
  world.config().stuck_spawning = absl::Minutes(9);
  world.pods().set_start_time(std::chrono::minutes(7));
  world.RunControlPlane("cp-1");
  ControlPlaneProcess& cp2 = world.RunControlPlane("cp-2");
  const std::vector<sim::TaskId> client = {world.Aside("client", [&world, &cp2] {
    auto served = std::make_shared<bool>(false);
    const bool answered = world.Within(cp2, "client", [served, &cp2] {
      *served = cp2.Acquire("org-a", "session-1", absl::Minutes(20));
    });
    if (!answered) return;
    if (*served) world.Sometimes("the slow worker was served");
    world.Expect(*served || cp2.runtime().disturbed(), "a spawn within its budget is waited for");
  })};
  world.Await(client);
  world.Recover();
}

}  // namespace

Scenario SlowSpawn() {
  return {.name = "slow-spawn",
          .claim = "A spawn that takes long, but no longer than it may, is not retired as stuck.",
          .promise = kProcessPromise,
          .faults = kProcessFaults,
          .fault_spread = 16,
          .parameters = {{kFaultBudget, 2, 0, 20, "faults that may hit one run"}},
          .probes = {"the slow worker was served", "landed publish_reserved"},
          .body = Run};
}

}  // namespace fencepost::scenarios
