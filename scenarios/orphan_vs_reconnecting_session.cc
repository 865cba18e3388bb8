#include <optional>
#include <tuple>

#include "scenarios/promises.h"
#include "scenarios/registry.h"
#include "sim/world/world.h"

namespace fencepost::scenarios {
namespace {

using sim::ControlPlaneProcess;
using sim::World;

// The owner is gone for good. Its client has lost the connection and comes back when its session is
// about to expire, while the janitor sweeps.
void Run(World& world) {
  ControlPlaneProcess& owner = world.StartControlPlane("cp-1");
  ControlPlaneProcess& cp2 = world.StartControlPlane("cp-2");
  ControlPlaneProcess& janitor = world.StartControlPlane("cp-3");
  const WorkerId worker = world.HotWorker(owner, "org-a");
  const SessionToken token("session-1");
  world.Calmly([&] {
    std::ignore = world.store().OpenSession(token, owner.owned().Find(worker)->cell.last_known(),
                                            absl::Hours(1));
  });
  world.Crash(owner.process());
  world.LetExpire(owner);
  world.Calmly([&] {
    world.SleepFor(world.config().orphan_grace);
    cp2.Heartbeat();
    janitor.Heartbeat();
    std::ignore = world.store().DisconnectSession(token, absl::Seconds(1));
  });

  world.Concurrently({
      {&janitor, "janitor",
       [&] {
         std::ignore = janitor.runtime().SleepUntil(janitor.runtime().Now() + absl::Seconds(1));
         janitor.RunJanitorOnce();
       }},
      {&cp2, "client",
       [&] {
         if (world.Choose("comes", 2) == 1) {
           std::ignore = cp2.runtime().SleepUntil(cp2.runtime().Now() + absl::Seconds(1));
         }
         if (cp2.control_plane().Reconnect(token, absl::Seconds(10)).ok()) {
           world.Sometimes("the client came back in time");
         }
       }},
      {&janitor, "second-look",
       [&] {
         // Somebody else's listing, of before the client came back.
         const std::optional<WorkerSnapshot> seen = janitor.See(worker);
         if (world.Choose("waits", 2) == 1) {
           std::ignore = janitor.runtime().SleepUntil(janitor.runtime().Now() + absl::Seconds(1));
         }
         if (seen.has_value()) std::ignore = janitor.lifecycle().RetireOrphan(*seen, "orphan");
       }},
  });
  if (world.RowOf(worker)->retire_reason == "orphan") world.Sometimes("the orphan was retired");
  world.Heal();
}

}  // namespace

Scenario OrphanVsReconnectingSession() {
  return {.name = "orphan-vs-reconnecting-session",
          .claim =
              "A worker whose client may still come back is no orphan: the sweep looks again at "
              "the moment in which it retires.",
          .promise = kProcessPromise,
          .faults = kProcessFaults,
          .parameters = {{kFaultBudget, 1, 0, 20, "faults that may hit one run"}},
          .probes = {"the client came back in time", "the orphan was retired", "landed take_over",
                     "landed retire_orphan", "told fence_miss_session"},
          .body = Run};
}

}  // namespace fencepost::scenarios
