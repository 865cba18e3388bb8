#include <tuple>
#include <vector>

#include "scenarios/promises.h"
#include "scenarios/registry.h"
#include "sim/world/world.h"

namespace fencepost::scenarios {
namespace {

using sim::ControlPlaneProcess;
using sim::World;

// The owner has missed its heartbeats, and its grace is nearly over: it wakes and heartbeats while
// the janitor has already listed its workers.
void Run(World& world) {
  ControlPlaneProcess& owner = world.StartControlPlane("cp-1");
  ControlPlaneProcess& janitor = world.StartControlPlane("cp-2");
  const WorkerId hot = world.HotWorker(owner, "org-a");
  std::vector<WorkerId> workers = {hot};
  if (world.Parameter("workers") > 1) workers.push_back(world.HotIdleWorker(owner, "org-b"));
  world.LetExpire(owner);
  world.Calmly([&] { world.SleepFor(world.config().orphan_grace - absl::Seconds(1)); });

  world.Concurrently({
      {&owner, "wakes",
       [&] {
         owner.Heartbeat();
         if (!owner.control_plane().MayUseLeases()) return;
         world.Sometimes("the owner was revived");
         owner.RefreshCredentials(hot);
       }},
      {&janitor, "janitor",
       [&] {
         std::ignore = janitor.runtime().SleepUntil(janitor.runtime().Now() + absl::Seconds(1));
         if (world.Parameter("whole-pass") != 0) {
           janitor.RunJanitorOnce();
         } else {
           janitor.control_plane().janitor().ReapOrphans().IgnoreError();
         }
       }},
  });
  for (const WorkerId worker : workers) {
    if (world.RowOf(worker)->retire_reason == "orphan") world.Sometimes("an orphan was retired");
  }
  world.Heal();
}

}  // namespace

Scenario OrphanVsRevivedOwner() {
  return {.name = "orphan-vs-revived-owner",
          .claim =
              "An owner that comes back within its grace keeps its workers: who listed them as "
              "orphans before misses.",
          .promise = kProcessPromise,
          .faults = kProcessFaults,
          .parameters = {{"workers", 2, 1, 2, "a hot one; with 2, a parked one, too"},
                         {"whole-pass", 1, 0, 1, "1: all that a janitor does; 0: orphans alone"},
                         {kFaultBudget, 1, 0, 20, "faults that may hit one run"}},
          .probes = {"the owner was revived", "an orphan was retired", "landed retire_orphan"},
          .body = Run};
}

}  // namespace fencepost::scenarios
