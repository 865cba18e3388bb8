#include "scenarios/story.h"

namespace fencepost::scenarios {
namespace {

// The clocks of two control planes are twenty minutes apart, and every clock may jump, the store's
// too. While the janitor looks at a parked worker whose time is over, clients come for it. Then the
// fleet goes on by itself.
void RunClockSkew(Story& story) {
  Setup& setup = story.setup();
  story.config().hot_idle_ttl = absl::Seconds(20);
  ControlPlaneProcess& cp1 = setup.StartControlPlane("cp-1", absl::Minutes(10));
  ControlPlaneProcess& cp2 = setup.StartControlPlane("cp-2", -absl::Minutes(10));
  ControlPlaneProcess& janitor = setup.StartControlPlane("cp-3");
  setup.HotIdleWorker(cp1, "org-a");
  story.AdvanceTime(absl::Seconds(10));
  story.AdvanceTime(absl::Seconds(10));

  story.Concurrently({
      {&janitor, "janitor", [&] { janitor.control_plane().janitor().ReapHotIdle().IgnoreError(); }},
      {&cp1, "client", [&] { Visit(story, cp1, "session-1"); }},
      {&cp2, "client", [&] { Visit(story, cp2, "session-2"); }},
  });
  for (ControlPlaneProcess* const cp : {&cp1, &cp2, &janitor}) cp->BeginLoops();
  story.Await({StartClient(story, "client-3", "org-a", 2)});
  story.Recover();
}

}  // namespace

Scenario ClockSkew() {
  return {.name = "clock-skew",
          .claim =
              "Clocks pace and clocks expire, but no fence looks at one: whatever they show, no "
              "pod dies unfenced and no two own a worker.",
          .promise = "clocks that differ and jump, calls that are slow",
          .faults = {CallFault::kClockJump, CallFault::kStoreClockJump, CallFault::kSlow,
                     CallFault::kSlowReply},
          .parameters = {{kFaultBudget, 6, 0, 100, "jumps and delays that may hit one run"}},
          .probes = {Client::kServed, Landed(kClaimHotIdle), Landed(kRetireIdleVariant),
                     Told(kFenceMissState)},
          .body = RunClockSkew};
}

}  // namespace fencepost::scenarios
