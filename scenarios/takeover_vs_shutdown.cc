#include "scenarios/story.h"

namespace fencepost::scenarios {
namespace {

constexpr Probe kOwnerGone{"cp-1 was gone when its client came back"};
constexpr Probe kCameBack{"the client came back"};
constexpr Probe kEndedWithTheWorker{"a control plane ended with the client's worker"};

// A client's control plane is stopped or expires; the client comes back at another control plane,
// which is being stopped as well.
void RunTakeoverVsShutdown(Story& story) {
  Setup& setup = story.setup();
  story.config().drain_timeout = absl::Seconds(30);
  ControlPlaneProcess& cp1 = setup.StartControlPlane("cp-1");
  ControlPlaneProcess& cp2 = setup.StartControlPlane("cp-2");
  ControlPlaneProcess& cp3 = setup.StartControlPlane("cp-3");
  const WorkerId worker = setup.HotWorker(cp1, "org-a");
  const SessionToken token("session-1");
  setup.OpenSession(cp1, worker, token, story.config().session_ttl);
  if (story.Choose("cp-1", 2) == 1) {
    story.Sometimes(kOwnerGone);
    story.LetExpire(cp1);
  }

  const auto come_back = [&story, &token](ControlPlaneProcess& cp) {
    if (!cp.Reconnect("org-a", token, absl::Seconds(20))) return;
    story.Sometimes(kCameBack);
    cp.SleepFor(absl::Seconds(5));
    if (story.Choose("leave", 2) == 1) cp.Release(token);
  };
  story.Concurrently({
      {&cp1, "shutdown", [&] { cp1.Shutdown(); }},
      {&cp2, "client", [&] { come_back(cp2); }},
      {&cp2, "shutdown", [&] { cp2.Shutdown(); }},
      {&cp3, "client", [&] { come_back(cp3); }},
  });
  if (cp2.ended() || cp3.ended()) story.Sometimes(kEndedWithTheWorker);
  story.Heal();
}

}  // namespace

Scenario TakeoverVsShutdown() {
  return {.name = "takeover-vs-shutdown",
          .claim =
              "A worker is taken over only from an owner that is gone, and the session that came "
              "with it is seen by every control plane that shuts down: no pod dies under it.",
          .promise = kProcessPromise,
          .faults = kProcessFaults,
          .parameters = {{kFaultBudget, 1, 0, 20, "faults that may hit one run"}},
          .probes = {kOwnerGone, kCameBack, kEndedWithTheWorker, Landed(kTakeOver), Landed(kDrain),
                     Told(kFenceMissSession), Told(kFenceMissCpRevived)},
          .body = RunTakeoverVsShutdown};
}

}  // namespace fencepost::scenarios
