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

// A small fleet with clients; any reply of the store, the platform and the workers may be lost.
void Run(World& world) {
  world.config().hot_idle_ttl = absl::Minutes(2);
  world.config().refresh_fraction = 0.02;  // of an hour
  world.config().settle_attempts = 2;
  world.config().warm_target[Image(std::string(World::kImage))] = 1;
  for (const std::string_view name : {"cp-1", "cp-2"}) world.RunControlPlane(name);
  std::vector<sim::TaskId> visits;
  for (const std::string_view name : {"client-1", "client-2"}) {
    auto client = std::make_shared<sim::Client>(world, std::string(name), "org-a");
    visits.push_back(world.Aside("client", [client] { client->Visit(3); }));
  }
  world.Await(visits);
  world.Recover();
}

}  // namespace

Scenario ReplyLostEverywhere() {
  return {.name = "reply-lost-everywhere",
          .claim =
              "Whatever reply is lost, memory and rows agree again: no epoch, no parking and no "
              "claim is left that nobody remembers.",
          .promise = "lost replies of the store, the platform and the workers",
          .faults = {sim::CallFault::kReplyLost},
          .parameters = {{kFaultBudget, 40, 0, 1000, "replies that may be lost in one run"}},
          .probes = {"told in_doubt", "a client was served", "landed claim_hot_idle",
                     "landed claim_idle", "landed park", "landed refresh_lease"},
          .body = Run};
}

}  // namespace fencepost::scenarios
