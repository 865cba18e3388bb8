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

// Two control planes whose clocks are twenty minutes apart, and every clock may jump, the store's
// too.
void Run(World& world) {
  world.config().hot_idle_ttl = absl::Minutes(2);
  world.config().warm_target[Image(std::string(World::kImage))] = 1;
  world.RunControlPlane("cp-1", absl::Minutes(10));
  world.RunControlPlane("cp-2", -absl::Minutes(10));
  std::vector<sim::TaskId> visits;
  for (const std::string_view name : {"client-1", "client-2"}) {
    auto client = std::make_shared<sim::Client>(world, std::string(name), "org-a");
    visits.push_back(world.Aside("client", [client] { client->Visit(2); }));
  }
  world.Await(visits);
  world.Recover();
}

}  // namespace

Scenario ClockSkew() {
  return {.name = "clock-skew",
          .claim =
              "Clocks pace and clocks expire, but no fence looks at one: whatever they show, no "
              "pod dies unfenced and no two own a worker.",
          .promise = "clocks that differ and jump, calls that are slow",
          .faults = {sim::CallFault::kClockJump, sim::CallFault::kStoreClockJump,
                     sim::CallFault::kSlow, sim::CallFault::kSlowReply},
          .fault_spread = 4,
          .parameters = {{kFaultBudget, 6, 0, 100, "jumps and delays that may hit one run"}},
          .probes = {"a client was served", "landed claim_hot_idle", "landed retire_idle_variant",
                     "told fence_miss_state"},
          .body = Run};
}

}  // namespace fencepost::scenarios
