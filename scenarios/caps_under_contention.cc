#include <string>
#include <string_view>
#include <tuple>

#include "scenarios/promises.h"
#include "scenarios/registry.h"
#include "sim/world/world.h"

namespace fencepost::scenarios {
namespace {

using sim::ControlPlaneProcess;
using sim::World;

// More clients than the caps allow, at two control planes at once: some wait until another one
// leaves, some lose patience.
void Run(World& world) {
  world.config().caps.per_org = 1;
  world.config().caps.global = 3;
  ControlPlaneProcess& cp1 = world.StartControlPlane("cp-1");
  ControlPlaneProcess& cp2 = world.StartControlPlane("cp-2");
  for (int i = 0; i < 2; ++i) world.IdleWorker(cp1);

  const auto visit = [&world](ControlPlaneProcess& cp, std::string_view org,
                              std::string_view token) {
    const absl::Time asked = cp.runtime().Now();
    if (!cp.Acquire(org, token, absl::Seconds(15))) {
      world.Sometimes("a client lost patience, or was refused");
      return;
    }
    world.Sometimes("a client was served");
    for (const WorkerRow& row : world.Rows()) {
      world.Expect(world.LiveSessions(row.worker_id) <= 1, "a worker serves one client at a time");
    }
    if (cp.runtime().Now() > asked + absl::Seconds(4)) {
      world.Sometimes("a client waited for another one to leave");
    }
    std::ignore = cp.runtime().SleepUntil(cp.runtime().Now() + absl::Seconds(5));
    cp.control_plane().Release(SessionToken(std::string(token))).IgnoreError();
  };
  world.Concurrently({
      {&cp1, "client-1", [&] { visit(cp1, "org-a", "session-1"); }},
      {&cp1, "client-2", [&] { visit(cp1, "org-a", "session-2"); }},
      {&cp2, "client-3", [&] { visit(cp2, "org-a", "session-3"); }},
      {&cp2, "client-4", [&] { visit(cp2, "org-b", "session-4"); }},
      {&cp2, "client-5", [&] { visit(cp2, "org-c", "session-5"); }},
  });
  world.Heal();
}

}  // namespace

Scenario CapsUnderContention() {
  return {.name = "caps-under-contention",
          .claim =
              "Caps are exact, parked workers counted, whoever asks at the same time; and one "
              "claim serves one client.",
          .promise = kProcessPromise,
          .faults = kProcessFaults,
          .parameters = {{kFaultBudget, 1, 0, 20, "faults that may hit one run"}},
          .probes = {"a client was served", "a client lost patience, or was refused",
                     "a client waited for another one to leave", "landed claim_idle",
                     "landed claim_hot_idle", "landed create_org_slot"},
          .body = Run};
}

}  // namespace fencepost::scenarios
