#include <chrono>
#include <string_view>

#include "scenarios/promises.h"
#include "scenarios/registry.h"
#include "sim/world/world.h"

namespace fencepost::scenarios {
namespace {

using sim::ControlPlaneProcess;
using sim::World;

// Pods take long to start; a client loses patience again and again before its worker is ready.
void Run(World& world) {
  world.pods().set_start_time(std::chrono::seconds(40));
  ControlPlaneProcess& cp = world.RunControlPlane("cp-1");
  world.Concurrently(
      {{&cp, "client", [&] {
          for (const std::string_view token : {"session-1", "session-2", "session-3"}) {
            if (cp.Acquire("org-a", token, absl::Seconds(25))) {
              world.Sometimes("the client was served in the end");
              return;
            }
            world.Sometimes("the client gave up");
          }
        }}});
  world.Calmly([&] { world.SleepFor(absl::Minutes(3)); });
  for (const WorkerRow& row : world.Rows()) {
    world.Expect(cp.runtime().disturbed() || !IsTerminal(row.state),
                 "no healthy worker ends because its client gave up");
    if (row.state == WorkerState::kHotIdle) world.Sometimes("what nobody waited for was parked");
  }
  world.Heal();
}

}  // namespace

Scenario ClientGivesUp() {
  return {.name = "client-gives-up",
          .claim =
              "A client that loses patience ends no worker: what was begun for it is finished and "
              "parked, and its next attempt finds it.",
          .promise = kProcessPromise,
          .faults = kProcessFaults,
          .parameters = {{kFaultBudget, 1, 0, 20, "faults that may hit one run"}},
          .probes = {"the client gave up", "the client was served in the end",
                     "what nobody waited for was parked", "landed claim_hot_idle", "landed park"},
          .body = Run};
}

}  // namespace fencepost::scenarios
