#include <chrono>
#include <memory>

#include "scenarios/story.h"

namespace fencepost::scenarios {
namespace {

constexpr Probe kSlowWorkerServed{"the slow worker was served"};

// Pods take seven of the eight minutes that a spawn may take, and the janitor looks all the time.
void RunSlowSpawn(Story& story) {
  Setup& setup = story.setup();
  story.config().spawn_timeout = absl::Minutes(8);
  story.config().stuck_spawning = absl::Minutes(9);
  story.cluster().pods().set_start_time(std::chrono::minutes(7));
  setup.RunControlPlane("cp-1");
  ControlPlaneProcess& cp2 = setup.RunControlPlane("cp-2");
  const TaskId client = story.StartActor("client", [&story, &cp2] {
    auto served = std::make_shared<bool>(false);
    const bool answered = story.RunIn(cp2, "client", [served, &cp2] {
      *served = cp2.Acquire("org-a", "session-1", absl::Minutes(20));
    });
    if (!answered) return;
    if (*served) story.Sometimes(kSlowWorkerServed);
    story.Expect(*served || cp2.disturbed(), "a spawn within its budget is waited for");
  });
  story.Await({client});
  story.Recover();
}

}  // namespace

Scenario SlowSpawn() {
  return {.name = "slow-spawn",
          .claim = "A spawn that takes long, but no longer than it may, is not retired as stuck.",
          .promise = kProcessPromise,
          .faults = kProcessFaults,
          .fault_rate_divisor = 16,
          .parameters = {{kFaultBudget, 2, 0, 20, "faults that may hit one run"}},
          .probes = {kSlowWorkerServed, Landed(kPublishReserved)},
          .body = RunSlowSpawn};
}

}  // namespace fencepost::scenarios
