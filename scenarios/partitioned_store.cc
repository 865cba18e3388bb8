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

// Control planes lose the store, or the pods, for a while; their clients stay where they are or go
// to the other one.
void Run(World& world) {
  world.config().hot_idle_ttl = absl::Minutes(2);
  for (const std::string_view name : {"cp-1", "cp-2"}) world.RunControlPlane(name);
  std::vector<sim::TaskId> visits;
  for (const std::string_view name : {"client-1", "client-2", "client-3"}) {
    auto client = std::make_shared<sim::Client>(world, std::string(name), "org-a");
    visits.push_back(world.Aside("client", [client] { client->Visit(2); }));
  }
  const auto watch = world.Aside("watcher", [&world] {
    for (int second = 0; second < 300; second += 5) {
      world.SleepFor(absl::Seconds(5));
      for (const auto& process : world.processes()) {
        const ControlPlane& cp = process->control_plane();
        if (cp.phase() == ControlPlane::Phase::kServing && !cp.MayUseLeases()) {
          world.Sometimes("a control plane fenced itself off");
        }
      }
    }
  });
  visits.push_back(watch);
  world.Await(visits);
  world.Recover();
}

}  // namespace

Scenario PartitionedStore() {
  return {.name = "partitioned-store",
          .claim =
              "A control plane that cannot reach the store stops using its leases by itself, and "
              "goes on with what is still its own when it can.",
          .promise = "partitions between a control plane and the store, the pods, the workers",
          .faults = {sim::CallFault::kPartition},
          .fault_spread = 2,
          .parameters = {{kFaultBudget, 4, 0, 100, "partitions in one run"}},
          .probes = {"a control plane fenced itself off", "a client was served",
                     "a client lost its control plane", "landed take_over", "landed mark_lost"},
          .body = Run};
}

}  // namespace fencepost::scenarios
