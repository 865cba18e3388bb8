#include "scenarios/promises.h"
#include "scenarios/registry.h"
#include "sim/world/world.h"

namespace fencepost::scenarios {
namespace {

using sim::ControlPlaneProcess;
using sim::World;

// A control plane dies or is cut off between the secret and the pod of a new worker.
void Run(World& world) {
  ControlPlaneProcess& cp = world.StartControlPlane("cp-1");
  world.Concurrently({
      {&cp, "client", [&] { cp.Acquire("org-a", "session-1", absl::Seconds(5)); }},
      {&cp, "client", [&] { cp.Acquire("org-b", "session-2", absl::Seconds(5)); }},
  });
  const auto secrets = world.secrets().ListSecrets();
  for (const SecretInfo& secret : *secrets) {
    if (!world.pods().Lives(secret.worker)) world.Sometimes("a secret was left without its pod");
  }
  world.Heal();
}

}  // namespace

Scenario SecretWithoutPod() {
  return {.name = "secret-without-pod",
          .claim =
              "A secret whose pod was never made is found by its worker's row and removed, and no "
              "secret of a living worker is.",
          .promise = "crashes, calls refused, replies lost",
          .faults = {sim::CallFault::kCrashBefore, sim::CallFault::kCrashAfter,
                     sim::CallFault::kNotApplied, sim::CallFault::kReplyLost},
          .parameters = {{kFaultBudget, 2, 0, 20, "faults that may hit one run"}},
          .probes = {"a secret was left without its pod", "fence from terminal_snapshot"},
          .body = Run};
}

}  // namespace fencepost::scenarios
