#include <algorithm>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "scenarios/promises.h"
#include "scenarios/registry.h"
#include "sim/world/world.h"

namespace fencepost::scenarios {
namespace {

using sim::ControlPlaneProcess;
using sim::World;

constexpr std::string_view kOld = "image-0";

// A new image is wanted. Idle and parked workers of the old one are there, one is busy; clients of
// the new image come meanwhile.
void Run(World& world) {
  ControlPlaneProcess& cp1 = world.StartControlPlane("cp-1");
  ControlPlaneProcess& cp2 = world.StartControlPlane("cp-2");
  std::vector<WorkerId> old;
  for (int i = 0; i < 3; ++i) old.push_back(world.IdleWorker(cp1, kOld));
  const WorkerId busy = world.HotWorker(cp1, "org-a", kOld);
  world.Calmly([&] {
    std::ignore = world.store().OpenSession(
        SessionToken("session-0"), cp1.owned().Find(busy)->cell.last_known(), absl::Hours(1));
  });
  world.config().warm_target[Image(std::string(World::kImage))] = 1;

  const auto retired = [&world, &old] {
    return std::count_if(old.begin(), old.end(), [&world](WorkerId worker) {
      return world.RowOf(worker)->retire_reason == "other_image";
    });
  };
  world.Concurrently({
      {&cp2, "janitor",
       [&] {
         for (int pass = 0; pass < 2; ++pass) {
           const auto before = retired();
           cp2.RunJanitorOnce();
           if (cp2.ended()) return;
           world.Expect(retired() - before <= 1, "old images are reaped one at a time");
           cp2.control_plane().spawner().Replenish().IgnoreError();
         }
       }},
      {&cp1, "client",
       [&] {
         if (!cp1.Acquire("org-b", World::kImage, "session-1", absl::Seconds(60))) return;
         for (const WorkerRow& row : world.Rows()) {
           const bool served = row.org == Org("org-b") && row.state == WorkerState::kHot;
           world.Expect(!served || row.image == Image(std::string(World::kImage)),
                        "a client gets the image that it asked for");
           if (served) world.Sometimes("a client of the new image was served");
         }
       }},
  });
  world.Expect(!IsTerminal(world.RowOf(busy)->state), "a busy worker outlives the upgrade");
  world.config().warm_target.clear();
  if (retired() == 2) world.Sometimes("two passes took two workers");
  world.Heal();
}

}  // namespace

Scenario RollingImageUpgrade() {
  return {.name = "rolling-image-upgrade",
          .claim =
              "Workers of an old image go one at a time and never while they are busy, and no "
              "client is given one.",
          .promise = kProcessPromise,
          .faults = kProcessFaults,
          .parameters = {{kFaultBudget, 1, 0, 20, "faults that may hit one run"}},
          .probes = {"a client of the new image was served", "two passes took two workers",
                     "landed retire_idle_variant", "landed create_warm_slot"},
          .body = Run};
}

}  // namespace fencepost::scenarios
