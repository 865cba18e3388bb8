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

// Clients leave, and what should free their workers is refused or lost on the way.
void Run(World& world) {
  world.RunControlPlane("cp-1");
  std::vector<sim::TaskId> visits;
  for (const std::string_view name : {"client-1", "client-2"}) {
    auto client = std::make_shared<sim::Client>(world, std::string(name), "org-a");
    visits.push_back(world.Aside("client", [client] { client->Visit(2); }));
  }
  world.Await(visits);
  if (!world.Pending().empty()) world.Sometimes("a worker was still hot when its client had gone");
  world.Recover(absl::Minutes(20));
}

}  // namespace

Scenario ParkingLost() {
  return {.name = "parking-lost",
          .claim = "A worker whose parking was lost does not stay hot for ever.",
          .promise = "calls refused, replies lost, partitions",
          .faults = {sim::CallFault::kNotApplied, sim::CallFault::kReplyLost,
                     sim::CallFault::kPartition},
          .parameters = {{kFaultBudget, 12, 0, 100, "faults that may hit one run"}},
          .probes = {"a worker was still hot when its client had gone", "landed park",
                     "a client was served"},
          .body = Run};
}

}  // namespace fencepost::scenarios
