#include "scenarios/story.h"

namespace fencepost::scenarios {
namespace {

constexpr Probe kCameBackFirst{"the client came back before its former connection was given up"};
constexpr Probe kCameBackElsewhere{"the client came back to another control plane"};

// The connection of a client breaks. The client comes back at once, to the same control plane or,
// when that one has missed its heartbeats, to another; the control plane that had the former
// connection notices the break some time later, and says that the client has disconnected.
void RunLateDisconnect(Story& story) {
  Setup& setup = story.setup();
  ControlPlaneProcess& cp1 = setup.RunControlPlane("cp-1");
  ControlPlaneProcess& cp2 = setup.RunControlPlane("cp-2");
  setup.IdleWorker(cp1);
  bool served = false;
  story.WithoutFaults([&] {
    story.RunIn(cp1, "client", [&cp1, &served] { served = cp1.Acquire("org-a", "session-1"); });
  });
  if (!served) return story.Recover();
  const SessionHandle former = *cp1.SessionOf(SessionToken("session-1"));
  const bool elsewhere = story.Choose("elsewhere", 2) == 1;
  if (elsewhere) story.LetExpire(cp1);
  ControlPlaneProcess& next = elsewhere ? cp2 : cp1;
  bool came_back = false;
  story.Concurrently({
      {&cp1, "former-connection",
       [&] {
         if (story.Choose("notices", 2) == 1) cp1.SleepFor(absl::Seconds(2));
         if (came_back) story.Sometimes(kCameBackFirst);
         cp1.Leave(former, story.Choose("closes", 3) == 2);
       }},
      {&next, "client",
       [&] {
         if (story.Choose("comes", 2) == 1) next.SleepFor(absl::Seconds(1));
         came_back = next.ComeBack(former.id, absl::Seconds(30)).ok();
         if (came_back && elsewhere) story.Sometimes(kCameBackElsewhere);
       }},
  });
  story.Recover();
}

}  // namespace

Scenario LateDisconnect() {
  return {.name = "late-disconnect",
          .claim =
              "A client that has come back to its session keeps it, whatever is still done for its "
              "former connection.",
          .promise = kProcessPromise,
          .faults = kProcessFaults,
          .parameters = {{kFaultBudget, 1, 0, 20, "faults that may hit one run"}},
          .probes = {kCameBackFirst, kCameBackElsewhere, Landed(kTakeOver)},
          .body = RunLateDisconnect};
}

}  // namespace fencepost::scenarios
