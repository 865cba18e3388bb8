#include "scenarios/story.h"

namespace fencepost::scenarios {
namespace {

constexpr Probe kCameBackInTime{"the client came back in time"};
constexpr Probe kOrphanRetired{"the orphan was retired"};

// The owner is gone for good. Its client has lost the connection and comes back when the session is
// about to expire, while the janitor sweeps.
void RunOrphanVsReconnectingSession(Story& story) {
  Setup& setup = story.setup();
  ControlPlaneProcess& owner = setup.StartControlPlane("cp-1");
  ControlPlaneProcess& cp2 = setup.StartControlPlane("cp-2");
  ControlPlaneProcess& janitor = setup.StartControlPlane("cp-3");
  const WorkerId worker = setup.HotWorker(owner, "org-a");
  const SessionToken token("session-1");
  const SessionHandle session = setup.OpenSession(owner, worker, token, absl::Hours(1));
  story.cluster().Crash(owner.process());
  story.LetExpire(owner);
  story.WithoutFaults([&] {
    story.SleepFor(story.config().orphan_grace);
    cp2.Heartbeat();
    janitor.Heartbeat();
    std::ignore = story.cluster().store().DisconnectSession(session, absl::Seconds(1));
  });

  story.Concurrently({
      {&janitor, "janitor",
       [&] {
         janitor.SleepFor(absl::Seconds(1));
         janitor.RunJanitorOnce();
       }},
      {&cp2, "client",
       [&] {
         if (story.Choose("comes", 2) == 1) cp2.SleepFor(absl::Seconds(1));
         if (cp2.Reconnect("org-a", token, absl::Seconds(10))) story.Sometimes(kCameBackInTime);
       }},
      {&janitor, "second-look",
       [&] {
         // Another sweep listed the worker before the client came back.
         const std::optional<WorkerSnapshot> seen = janitor.Observe(worker);
         if (story.Choose("waits", 2) == 1) janitor.SleepFor(absl::Seconds(1));
         if (seen.has_value()) std::ignore = janitor.lifecycle().RetireOrphan(*seen, "orphan");
       }},
  });
  if (story.truth().RowOf(worker)->retire_reason == "orphan") story.Sometimes(kOrphanRetired);
  story.Heal();
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
          .probes = {kCameBackInTime, kOrphanRetired, Landed(kTakeOver), Landed(kRetireOrphan),
                     Told(kFenceMissSession)},
          .body = RunOrphanVsReconnectingSession};
}

}  // namespace fencepost::scenarios
