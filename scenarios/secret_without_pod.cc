#include "scenarios/story.h"

namespace fencepost::scenarios {
namespace {

constexpr Probe kSecretWithoutPod{"a secret was left without its pod"};

// A control plane dies, or a call is refused, between the secret and the pod of a new worker.
void RunSecretWithoutPod(Story& story) {
  Setup& setup = story.setup();
  ControlPlaneProcess& cp = setup.StartControlPlane("cp-1");
  story.Concurrently({
      {&cp, "client", [&] { cp.Acquire("org-a", "session-1", absl::Seconds(5)); }},
      {&cp, "client", [&] { cp.Acquire("org-b", "session-2", absl::Seconds(5)); }},
  });
  const auto secrets = story.cluster().secrets().ListSecrets();
  for (const SecretInfo& secret : *secrets) {
    if (!story.cluster().pods().Lives(secret.worker)) story.Sometimes(kSecretWithoutPod);
  }
  story.Heal();
}

}  // namespace

Scenario SecretWithoutPod() {
  return {.name = "secret-without-pod",
          .claim =
              "A secret whose pod was never made is found by its worker's row and removed, and no "
              "secret of a living worker is.",
          .promise = "crashes, calls refused, replies lost",
          .faults = {CallFault::kCrashBefore, CallFault::kCrashAfter, CallFault::kNotApplied,
                     CallFault::kReplyLost},
          .parameters = {{kFaultBudget, 2, 0, 20, "faults that may hit one run"}},
          .probes = {kSecretWithoutPod, FenceFrom(FenceOrigin::kTerminalSnapshot)},
          .body = RunSecretWithoutPod};
}

}  // namespace fencepost::scenarios
