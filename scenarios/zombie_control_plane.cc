#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/promises.h"
#include "scenarios/registry.h"
#include "sim/world/client.h"
#include "sim/world/world.h"

namespace fencepost::scenarios {
namespace {

using sim::ControlPlaneProcess;
using sim::World;

// A control plane sleeps past its expiry in the middle of whatever it does; its workers are reaped
// or claimed; it wakes and goes on where it was.
void Run(World& world) {
  world.config().hot_idle_ttl = absl::Minutes(3);
  for (const std::string_view name : {"cp-1", "cp-2"}) world.RunControlPlane(name);
  std::vector<sim::TaskId> visits;
  for (const std::string_view name : {"client-1", "client-2"}) {
    auto client = std::make_shared<sim::Client>(world, std::string(name), "org-a");
    visits.push_back(world.Aside("client", [client] { client->Visit(2); }));
  }
  world.Await(visits);
  for (const auto& process : world.processes()) {
    const ControlPlane::Phase phase = process->control_plane().phase();
    if (phase == ControlPlane::Phase::kExpired) world.Sometimes("a zombie learned that it is dead");
    if (phase == ControlPlane::Phase::kServing && process->runtime().disturbed()) {
      world.Sometimes("a sleeper came back in time");
    }
  }
  world.Recover();
}

}  // namespace

Scenario ZombieControlPlane() {
  return {.name = "zombie-control-plane",
          .claim =
              "A control plane that wakes after its expiry changes nothing: its leases are stale, "
              "and it claims nothing new.",
          .promise = "processes that sleep past their expiry, at any call",
          .faults = {sim::CallFault::kPause},
          .fault_spread = 2,
          .parameters = {{kFaultBudget, 3, 0, 100, "sleeps in one run"}},
          .probes = {"a zombie learned that it is dead", "a sleeper came back in time",
                     "a client was served", "a client lost its control plane",
                     "a client came back to its worker", "landed take_over", "landed retire_orphan",
                     "told fence_miss_owner"},
          .body = Run};
}

}  // namespace fencepost::scenarios
