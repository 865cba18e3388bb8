#include "scenarios/story.h"

namespace fencepost::scenarios {
namespace {

constexpr Probe kZombieLearned{"a zombie learned that it is dead"};
constexpr Probe kBackInTime{"a sleeper came back in time"};

// A control plane sleeps past its expiry in the middle of its work. Its workers are reaped or
// claimed; it wakes and goes on where it was.
void RunZombieControlPlane(Story& story) {
  Setup& setup = story.setup();
  story.config().hot_idle_ttl = absl::Minutes(3);
  for (const std::string_view name : {"cp-1", "cp-2"}) setup.RunControlPlane(name);
  AwaitClients(story, {"client-1", "client-2"}, 2);
  for (const auto& process : story.cluster().processes()) {
    const ControlPlane::Phase phase = process->control_plane().phase();
    if (phase == ControlPlane::Phase::kExpired) story.Sometimes(kZombieLearned);
    if (phase == ControlPlane::Phase::kServing && process->disturbed()) {
      story.Sometimes(kBackInTime);
    }
  }
  story.Recover();
}

}  // namespace

Scenario ZombieControlPlane() {
  return {.name = "zombie-control-plane",
          .claim =
              "A control plane that wakes after its expiry changes nothing: its leases are stale, "
              "and it claims nothing new.",
          .promise = "processes that sleep past their expiry, at any call",
          .faults = {CallFault::kPause},
          .fault_rate_divisor = 2,
          .parameters = {{kFaultBudget, 3, 0, 100, "sleeps in one run"}},
          .probes = {kZombieLearned, kBackInTime, Client::kServed, Client::kLostItsControlPlane,
                     Client::kCameBack, Landed(kTakeOver), Landed(kRetireOrphan),
                     Told(kFenceMissOwner)},
          .body = RunZombieControlPlane};
}

}  // namespace fencepost::scenarios
