#include "scenarios/story.h"

namespace fencepost::scenarios {
namespace {

constexpr Probe kDied{"cp-1 died on its way"};
constexpr Probe kEndedInOrder{"cp-1 came to its end in order"};
constexpr Probe kJanitorDied{"the janitor died on its way"};
constexpr Probe kParkedWorkerReaped{"the parked worker was reaped"};
constexpr Probe kLeftToTheJanitor{"something was left to the next janitor"};

// One control plane takes a worker through its whole life: spawn, activate, serve, refresh, park,
// shut down. A janitor then reaps what was left. Each process may die at each of its calls.
void RunCrashAtEveryPoint(Story& story) {
  Setup& setup = story.setup();
  story.config().hot_idle_ttl = absl::Seconds(10);
  ControlPlaneProcess& cp = setup.StartControlPlane("cp-1");
  ControlPlaneProcess& janitor = setup.StartControlPlane("cp-2");
  const WorkerId parked = setup.HotIdleWorker(janitor, "org-b");
  story.AdvanceTime(absl::Seconds(10));

  const SessionToken token("session-1");
  story.Concurrently({{&cp, "life", [&] {
                         if (!cp.Acquire("org-a", token.text())) return;
                         cp.control_plane().Heartbeat().IgnoreError();
                         for (const WorkerId worker : cp.Workers()) cp.RefreshCredentials(worker);
                         cp.Release(token);
                         cp.control_plane().UpkeepOnce().IgnoreError();
                         cp.Shutdown();
                       }}});
  story.Concurrently({{&janitor, "reaping", [&] {
                         janitor.RunJanitorOnce();
                         std::ignore = janitor.lifecycle().AwaitCleanups();
                       }}});
  if (cp.ended() && cp.disturbed()) story.Sometimes(kDied);
  if (cp.ended() && !cp.disturbed()) story.Sometimes(kEndedInOrder);
  if (janitor.ended()) story.Sometimes(kJanitorDied);
  if (story.truth().Is(parked, WorkerState::kRetired)) story.Sometimes(kParkedWorkerReaped);
  if (!story.Unsettled().empty()) story.Sometimes(kLeftToTheJanitor);
  story.Heal();
}

}  // namespace

Scenario CrashAtEveryPoint() {
  return {.name = "crash-at-every-point",
          .claim =
              "A process may die at any point of spawning, activating, refreshing, shutting down "
              "and reaping: nothing is left behind, and no pod dies unfenced.",
          .promise = "a crash at any call",
          .faults = {CallFault::kCrashBefore, CallFault::kCrashAfter},
          .parameters = {{kFaultBudget, 1, 0, 4, "crashes in one run"}},
          .probes = {kDied, kEndedInOrder, kJanitorDied, kParkedWorkerReaped, kLeftToTheJanitor,
                     Landed(kRetireDrained), Landed(kRetireOrphan),
                     FenceFrom(FenceOrigin::kTerminalSnapshot)},
          .body = RunCrashAtEveryPoint};
}

}  // namespace fencepost::scenarios
