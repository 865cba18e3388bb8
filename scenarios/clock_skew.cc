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

// Control planes whose clocks are twenty minutes apart, and every clock may jump, the store's too:
// while the janitor looks at a parked worker whose time is over, clients come for it; and then the
// fleet goes on by itself.
void Run(World& world) {
  world.config().hot_idle_ttl = absl::Seconds(20);
  ControlPlaneProcess& cp1 = world.StartControlPlane("cp-1", absl::Minutes(10));
  ControlPlaneProcess& cp2 = world.StartControlPlane("cp-2", -absl::Minutes(10));
  ControlPlaneProcess& janitor = world.StartControlPlane("cp-3");
  world.HotIdleWorker(cp1, "org-a");
  world.Pass(absl::Seconds(10));
  world.Pass(absl::Seconds(10));

  const auto visit = [&world](ControlPlaneProcess& cp, std::string_view token) {
    if (!cp.Acquire("org-a", token)) return;
    world.Sometimes("a client was served");
    cp.control_plane().Release(SessionToken(std::string(token))).IgnoreError();
  };
  world.Concurrently({
      {&janitor, "janitor", [&] { janitor.control_plane().janitor().ReapHotIdle().IgnoreError(); }},
      {&cp1, "client", [&] { visit(cp1, "session-1"); }},
      {&cp2, "client", [&] { visit(cp2, "session-2"); }},
  });
  for (ControlPlaneProcess* const cp : {&cp1, &cp2, &janitor}) cp->BeginLoops();
  const std::vector<sim::TaskId> visits = {
      world.Aside("client", [&world] { sim::Client(world, "client-3", "org-a").Visit(2); })};
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
          .fault_spread = 1,
          .parameters = {{kFaultBudget, 6, 0, 100, "jumps and delays that may hit one run"}},
          .probes = {"a client was served", "landed claim_hot_idle", "landed retire_idle_variant",
                     "told fence_miss_state"},
          .body = Run};
}

}  // namespace fencepost::scenarios
