#include <tuple>
#include "scenarios/promises.h"
#include "scenarios/registry.h"
#include "sim/world/world.h"

namespace fencepost::scenarios {
namespace {

using sim::ControlPlaneProcess;
using sim::World;

// An activation takes so long that the janitor calls it stuck, just when it comes to its end and
// its client begins to work.
void Run(World& world) {
  ControlPlaneProcess& cp = world.StartControlPlane("cp-1");
  ControlPlaneProcess& janitor = world.StartControlPlane("cp-2");
  const WorkerId worker = world.ReservedWorker(cp, "org-a");
  world.Calmly([&] {
    const WorkerLease lease = cp.owned().Find(worker)->cell.last_known();
    std::ignore = cp.lifecycle().BeginActivation(lease);
  });
  world.Pass(world.config().stuck_activating);

  world.Concurrently({
      {&cp, "upkeep",
       [&] {
         // Its activation was lost sight of: now it is found again, goes on and is parked, and
         // a client comes for it.
         cp.owned().ForgetAll();
         cp.control_plane().UpkeepOnce().IgnoreError();
         if (world.Is(worker, WorkerState::kHotIdle)) {
           world.Sometimes("the activation came to its end");
         }
         if (cp.Acquire("org-a", "session-1")) world.Sometimes("a client was served");
       }},
      {&janitor, "janitor", [&] { janitor.RunJanitorOnce(); }},
  });
  // The client works on for longer than any activation may take, and the janitor goes on looking.
  world.Calmly([&] {
    for (int i = 0; i < 36 && !cp.ended() && !janitor.ended(); ++i) {
      world.Pass(absl::Seconds(10));
      cp.control_plane().RenewSessions().IgnoreError();
      janitor.RunJanitorOnce();
    }
  });
  if (world.RowOf(worker)->retire_reason == "stuck_activating") {
    world.Sometimes("the janitor retired it as stuck");
  }
  world.Heal();
}

}  // namespace

Scenario StuckActivationVsCompletion() {
  return {.name = "stuck-activation-vs-completion",
          .claim =
              "An activation that has come to its end is not retired as stuck by one who saw it "
              "before, and nobody works on a worker whose row does not say so.",
          .promise = kProcessPromise,
          .faults = kProcessFaults,
          .parameters = {{kFaultBudget, 1, 0, 20, "faults that may hit one run"}},
          .probes = {"the activation came to its end", "a client was served",
                     "the janitor retired it as stuck", "told fence_miss_state",
                     "landed retire_from_snapshot"},
          .body = Run};
}

}  // namespace fencepost::scenarios
