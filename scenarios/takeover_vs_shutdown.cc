#include <tuple>

#include "scenarios/promises.h"
#include "scenarios/registry.h"
#include "sim/world/world.h"

namespace fencepost::scenarios {
namespace {

using sim::ControlPlaneProcess;
using sim::World;

// A client's control plane is stopped under it, or dies; the client comes back at another one,
// which is being stopped as well.
void Run(World& world) {
  world.config().drain_timeout = absl::Seconds(30);
  ControlPlaneProcess& cp1 = world.StartControlPlane("cp-1");
  ControlPlaneProcess& cp2 = world.StartControlPlane("cp-2");
  ControlPlaneProcess& cp3 = world.StartControlPlane("cp-3");
  const WorkerId worker = world.HotWorker(cp1, "org-a");
  const SessionToken token("session-1");
  world.Calmly([&] {
    std::ignore = world.store().OpenSession(token, cp1.owned().Find(worker)->cell.last_known(),
                                            world.config().session_ttl);
  });
  if (world.Choose("cp-1", 2) == 1) {
    world.Sometimes("cp-1 was gone when its client came back");
    world.LetExpire(cp1);
  }

  const auto come_back = [&world, &token](ControlPlaneProcess& cp) {
    if (!cp.control_plane().Reconnect(token, absl::Seconds(20)).ok()) return;
    world.Sometimes("the client came back");
    std::ignore = cp.runtime().SleepUntil(cp.runtime().Now() + absl::Seconds(5));
    if (world.Choose("leave", 2) == 1) cp.control_plane().Release(token).IgnoreError();
  };
  world.Concurrently({
      {&cp1, "shutdown", [&] { cp1.Shutdown(); }},
      {&cp2, "client", [&] { come_back(cp2); }},
      {&cp2, "shutdown", [&] { cp2.Shutdown(); }},
      {&cp3, "client", [&] { come_back(cp3); }},
  });
  if (cp2.ended() || cp3.ended()) world.Sometimes("a control plane ended with the client's worker");
  world.Heal();
}

}  // namespace

Scenario TakeoverVsShutdown() {
  return {.name = "takeover-vs-shutdown",
          .claim =
              "A worker is taken over only from an owner that is gone, and the session that came "
              "with it is seen by whoever shuts down: no pod dies under it.",
          .promise = kProcessPromise,
          .faults = kProcessFaults,
          .parameters = {{kFaultBudget, 1, 0, 20, "faults that may hit one run"}},
          .probes = {"cp-1 was gone when its client came back", "the client came back",
                     "a control plane ended with the client's worker", "landed take_over",
                     "landed drain", "told fence_miss_session", "told fence_miss_cp_revived"},
          .body = Run};
}

}  // namespace fencepost::scenarios
