#include "scenarios/story.h"

namespace fencepost::scenarios {
namespace {

constexpr Probe kTwoLed{"two believed that they led"};
constexpr Probe kLeadershipChanged{"the leadership changed"};

// A leader sleeps, or its clock jumps, and it does not know that it has been replaced.
void RunTwoLeaders(Story& story) {
  Setup& setup = story.setup();
  story.config().hot_idle_ttl = absl::Seconds(20);
  story.config().leadership_ttl = absl::Seconds(10);
  story.config().warm_target[StandardImage()] = 1;
  ControlPlaneProcess& cp1 = setup.StartControlPlane("cp-1");
  ControlPlaneProcess& cp2 = setup.StartControlPlane("cp-2");
  for (int i = 0; i < 2; ++i) setup.HotIdleWorker(cp1, "org-a");
  story.AdvanceTime(absl::Seconds(15));

  const auto lead = [&story](ControlPlaneProcess& cp, ControlPlaneProcess& other) {
    for (int pass = 0; pass < 6; ++pass) {
      cp.Heartbeat();
      cp.control_plane().LeadOnce().IgnoreError();
      if (cp.control_plane().leader().leads() && other.control_plane().leader().leads()) {
        story.Sometimes(kTwoLed);
      }
      cp.SleepFor(story.config().janitor_tick);
    }
  };
  story.Concurrently({
      {&cp1, "leader", [&] { lead(cp1, cp2); }},
      {&cp2, "leader", [&] { lead(cp2, cp1); }},
  });
  const auto term = [](ControlPlaneProcess& cp) { return cp.control_plane().leader().term(); };
  if (Number(term(cp1)) > 0 && Number(term(cp2)) > 0) story.Sometimes(kLeadershipChanged);
  const bool undisturbed = !cp1.disturbed() && !cp2.disturbed();
  story.Expect(!undisturbed || Number(term(cp1)) + Number(term(cp2)) > 0, "somebody leads");
  story.config().warm_target.clear();
  story.Heal();
}

}  // namespace

Scenario TwoLeaders() {
  return {.name = "two-leaders",
          .claim =
              "Two that both believe they lead reap the same workers once: safety does not depend "
              "on there being one.",
          .promise = "sleeps past the term, clock jumps, slow calls, calls refused, crashes",
          .faults = {CallFault::kPause, CallFault::kClockJump, CallFault::kSlow,
                     CallFault::kSlowReply, CallFault::kNotApplied, CallFault::kCrashAfter},
          .parameters = {{kFaultBudget, 2, 0, 20, "faults that may hit one run"}},
          .probes = {kTwoLed, kLeadershipChanged, Landed(kRetireIdleVariant),
                     Landed(kCreateWarmSlot), Told(kFenceMissState)},
          .body = RunTwoLeaders};
}

}  // namespace fencepost::scenarios
