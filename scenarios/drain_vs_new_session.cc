#include <optional>
#include <tuple>
#include <utility>
#include <vector>

#include "scenarios/promises.h"
#include "scenarios/registry.h"
#include "sim/world/world.h"

namespace fencepost::scenarios {
namespace {

using sim::Actor;
using sim::ControlPlaneProcess;
using sim::World;

// A control plane is stopped when a client has just been let in, and another client's query runs
// for longer than any drain may take.
void Run(World& world) {
  world.config().drain_timeout = absl::Seconds(60);
  ControlPlaneProcess& cp1 = world.StartControlPlane("cp-1");
  ControlPlaneProcess& cp2 = world.StartControlPlane("cp-2");
  const WorkerId parked = world.HotIdleWorker(cp1, "org-a");
  std::optional<WorkerId> busy;
  if (world.Parameter("workers") > 1) {
    busy = world.HotWorker(cp1, "org-b");
    world.Calmly([&] {
      std::ignore = world.store().OpenSession(
          SessionToken("session-0"), cp1.owned().Find(*busy)->cell.last_known(), absl::Hours(1));
    });
  }
  bool served_here = false;
  const absl::Time begun = world.StoreNow();
  std::vector<Actor> actors;
  actors.push_back({&cp1, "shutdown", [&] {
                      cp1.Shutdown();
                      world.Expect(cp1.runtime().disturbed() ||
                                       world.StoreNow() - begun <= absl::Seconds(90),
                                   "a drain comes to its end");
                      if (cp1.ended()) world.Sometimes("the drain ended at its wall");
                    }});
  if (world.Parameter("clients") > 1) {
    actors.push_back({&cp1, "client", [&] {
                        if (!cp1.Acquire("org-a", "session-1")) return;
                        world.Sometimes("a client was let in before");
                        // Its short query ends while the drain waits for the long one.
                        std::ignore =
                            cp1.runtime().SleepUntil(cp1.runtime().Now() + absl::Seconds(10));
                        cp1.control_plane().Release(SessionToken("session-1")).IgnoreError();
                        served_here = true;
                      }});
  }
  actors.push_back({&cp2, "client", [&] {
                      if (cp2.Acquire("org-a", "session-2"))
                        world.Sometimes("a client was served elsewhere");
                    }});
  world.Concurrently(std::move(actors));
  const bool disturbed = cp1.runtime().disturbed() || cp2.runtime().disturbed();
  world.Expect(disturbed || !served_here || IsTerminal(world.RowOf(parked)->state),
               "a drain that waits ends what becomes free meanwhile");
  world.Expect(!busy || !IsTerminal(world.RowOf(*busy)->state), "the running query goes on");
  if (world.Is(parked, WorkerState::kRetired)) world.Sometimes("the parked worker was retired");
  world.Heal();
}

}  // namespace

Scenario DrainVsNewSession() {
  return {.name = "drain-vs-new-session",
          .claim =
              "A session that has just begun refuses the drain, a running one outlives the "
              "shutdown, and the shutdown ends all the same.",
          .promise = kProcessPromise,
          .faults = kProcessFaults,
          .parameters = {{"workers", 2, 1, 2, "a parked one; with 2, one with a long query, too"},
                         {"clients", 2, 1, 2, "one at cp-2; with 2, one at cp-1 first, too"},
                         {kFaultBudget, 1, 0, 20, "faults that may hit one run"}},
          .probes = {"the drain ended at its wall", "a client was let in before",
                     "a client was served elsewhere", "the parked worker was retired",
                     "told fence_miss_session", "landed drain"},
          .body = Run};
}

}  // namespace fencepost::scenarios
