#include <string>
#include <tuple>

#include "scenarios/promises.h"
#include "scenarios/registry.h"
#include "sim/world/world.h"

namespace fencepost::scenarios {
namespace {

using sim::ControlPlaneProcess;
using sim::World;

// A leader sleeps, or its clock jumps, and does not know that it has been replaced.
void Run(World& world) {
  world.config().hot_idle_ttl = absl::Seconds(20);
  world.config().leadership_ttl = absl::Seconds(10);
  world.config().warm_target[Image(std::string(World::kImage))] = 1;
  ControlPlaneProcess& cp1 = world.StartControlPlane("cp-1");
  ControlPlaneProcess& cp2 = world.StartControlPlane("cp-2");
  for (int i = 0; i < 2; ++i) world.HotIdleWorker(cp1, "org-a");
  world.Pass(absl::Seconds(15));

  const auto lead = [&world](ControlPlaneProcess& cp, ControlPlaneProcess& other) {
    for (int pass = 0; pass < 6; ++pass) {
      cp.Heartbeat();
      cp.control_plane().LeadOnce().IgnoreError();
      if (cp.control_plane().leader().leads() && other.control_plane().leader().leads()) {
        world.Sometimes("two believed that they led");
      }
      std::ignore = cp.runtime().SleepUntil(cp.runtime().Now() + world.config().janitor_tick);
    }
  };
  world.Concurrently({
      {&cp1, "leader", [&] { lead(cp1, cp2); }},
      {&cp2, "leader", [&] { lead(cp2, cp1); }},
  });
  const auto term = [](ControlPlaneProcess& cp) { return cp.control_plane().leader().term(); };
  if (Number(term(cp1)) > 0 && Number(term(cp2)) > 0) world.Sometimes("the leadership changed");
  const bool undisturbed = !cp1.runtime().disturbed() && !cp2.runtime().disturbed();
  world.Expect(!undisturbed || Number(term(cp1)) + Number(term(cp2)) > 0, "somebody leads");
  world.config().warm_target.clear();
  world.Heal();
}

}  // namespace

Scenario TwoLeaders() {
  return {
      .name = "two-leaders",
      .claim =
          "Two that both believe they lead reap the same workers once: safety does not depend "
          "on there being one.",
      .promise = "sleeps past the term, clock jumps, slow calls, calls refused, crashes",
      .faults = {sim::CallFault::kPause, sim::CallFault::kClockJump, sim::CallFault::kSlow,
                 sim::CallFault::kSlowReply, sim::CallFault::kNotApplied,
                 sim::CallFault::kCrashAfter},
      .parameters = {{kFaultBudget, 2, 0, 20, "faults that may hit one run"}},
      .probes = {"two believed that they led", "the leadership changed",
                 "landed retire_idle_variant", "landed create_warm_slot", "told fence_miss_state"},
      .body = Run};
}

}  // namespace fencepost::scenarios
