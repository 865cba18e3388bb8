#include <optional>

#include "scenarios/promises.h"
#include "scenarios/registry.h"
#include "sim/world/world.h"

namespace fencepost::scenarios {
namespace {

using sim::ControlPlaneProcess;
using sim::World;

// cp-1 still remembers a worker that cp-2 has claimed, and probes it while it does not answer well.
// Another of its workers drains and refuses probes on purpose.
void Run(World& world) {
  ControlPlaneProcess& cp1 = world.StartControlPlane("cp-1");
  ControlPlaneProcess& cp2 = world.StartControlPlane("cp-2");
  const WorkerId claimed = world.HotIdleWorker(cp1, "org-a");
  std::optional<WorkerId> draining;
  if (world.Parameter("workers") > 1) draining = world.HotIdleWorker(cp1, "org-b");
  world.pods().set_unhealthy(claimed, true);
  if (draining) world.pods().set_draining(*draining, true);

  world.Concurrently({
      {&cp1, "health",
       [&] {
         for (int probe = 0; probe < world.Parameter("rounds"); ++probe) {
           cp1.control_plane().CheckHealthOnce().IgnoreError();
           if (cp1.owned().Find(claimed) == nullptr) return;
         }
       }},
      {&cp2, "client",
       [&] {
         if (!cp2.Acquire("org-a", "session-1")) return;
         world.Sometimes("cp-2 serves the worker that cp-1 probes");
         world.pods().set_unhealthy(claimed, false);
         for (int probe = 1; probe < world.Parameter("rounds"); ++probe) {
           cp2.control_plane().CheckHealthOnce().IgnoreError();
         }
         const std::optional<WorkerRow> row = world.RowOf(claimed);
         const bool served = row.has_value() && row->owner_cp == cp2.cp();
         if (served && row->state == WorkerState::kHot) {
           world.Sometimes("cp-2's worker outlived cp-1's probes");
         }
       }},
  });
  if (world.Is(claimed, WorkerState::kLost)) world.Sometimes("the sick worker was marked lost");
  world.Expect(!draining || !world.Is(*draining, WorkerState::kLost),
               "a worker that drains has not crashed");
  world.Heal();
}

}  // namespace

Scenario StaleHealthCheck() {
  return {.name = "stale-health-check",
          .claim =
              "A health checker with a stale lease drops what it remembers and touches nobody "
              "else's worker; a worker that drains is not taken for a crashed one.",
          .promise = kProcessPromise,
          .faults = kProcessFaults,
          .parameters = {{"workers", 2, 1, 2, "the claimed one; with 2, one that drains, too"},
                         {"rounds", 3, 1, 5, "in which cp-1 probes its workers"},
                         {kFaultBudget, 1, 0, 20, "faults that may hit one run"}},
          .probes = {"cp-2 serves the worker that cp-1 probes",
                     "cp-2's worker outlived cp-1's probes", "the sick worker was marked lost",
                     "told fence_miss_owner", "landed claim_hot_idle", "landed mark_lost"},
          .body = Run};
}

}  // namespace fencepost::scenarios
