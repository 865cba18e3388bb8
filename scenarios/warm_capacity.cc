#include <algorithm>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "scenarios/promises.h"
#include "scenarios/registry.h"
#include "sim/world/world.h"

namespace fencepost::scenarios {
namespace {

using sim::ControlPlaneProcess;
using sim::World;

// Warm capacity is missing and three control planes see it at once; slots of one that died while it
// spawned will never become workers.
void Run(World& world) {
  world.config().warm_target[Image(std::string(World::kImage))] = 2;
  ControlPlaneProcess& ghost = world.StartControlPlane("ghost");
  world.Calmly([&] {
    for (int i = 0; i < 2; ++i) {
      std::ignore = ghost.lifecycle().CreateWarmSlot(Image(std::string(World::kImage)), 2);
    }
  });
  world.Crash(ghost.process());
  std::vector<ControlPlaneProcess*> fleet;
  for (const std::string_view name : {"cp-1", "cp-2", "cp-3"}) {
    fleet.push_back(&world.StartControlPlane(name));
  }
  world.LetExpire(ghost);
  std::vector<sim::Actor> actors;
  for (ControlPlaneProcess* const cp : fleet) {
    actors.push_back(
        {cp, "replenish", [cp] { cp->control_plane().spawner().Replenish().IgnoreError(); }});
  }
  world.Concurrently(std::move(actors));
  std::int64_t made = 0;
  for (const WorkerRow& row : world.Rows()) made += row.owner_cp == ghost.cp() ? 0 : 1;
  if (made == 2) world.Sometimes("exactly the gap was filled");
  const bool disturbed =
      std::any_of(fleet.begin(), fleet.end(), [](auto* cp) { return cp->runtime().disturbed(); });
  world.Expect(disturbed || made == 2, "the gap is filled, and nothing beyond it");
  for (ControlPlaneProcess* const cp : fleet) {
    if (!cp->ended()) cp->BeginLoops();
  }
  world.Recover();
}

}  // namespace

Scenario WarmCapacity() {
  return {
      .name = "warm-capacity",
      .claim =
          "Slots that will never become workers do not count as capacity, and a gap that "
          "everybody sees is filled once.",
      .promise = kProcessPromise,
      .faults = kProcessFaults,
      .parameters = {{kFaultBudget, 1, 0, 20, "faults that may hit one run"}},
      .probes = {"exactly the gap was filled", "landed publish_idle", "landed create_warm_slot"},
      .body = Run};
}

}  // namespace fencepost::scenarios
