#include <string_view>
#include <tuple>

#include "scenarios/promises.h"
#include "scenarios/registry.h"
#include "sim/world/world.h"

namespace fencepost::scenarios {
namespace {

using sim::ControlPlaneProcess;
using sim::World;

// A client of one org has a worker spawned for it, while clients of other orgs look for idle ones.
void Run(World& world) {
  ControlPlaneProcess& cp1 = world.StartControlPlane("cp-1");
  ControlPlaneProcess& cp2 = world.StartControlPlane("cp-2");
  const auto visit = [&world](ControlPlaneProcess& cp, std::string_view org,
                              std::string_view token) {
    if (cp.Acquire(org, token)) world.Sometimes("a client was served");
  };
  world.Concurrently({
      {&cp1, "client-a", [&] { visit(cp1, "org-a", "session-1"); }},
      {&cp2, "client-b",
       [&] {
         // It comes when the other's pod is about to be ready.
         std::ignore = cp2.runtime().SleepUntil(cp2.runtime().Now() + absl::Seconds(2));
         visit(cp2, "org-b", "session-2");
       }},
  });
  const bool disturbed = cp1.runtime().disturbed() || cp2.runtime().disturbed();
  for (const WorkerRow& row : world.Rows()) {
    world.Expect(disturbed || row.owner_epoch == Epoch{1},
                 "a worker that is spawned for one client is never another's to claim");
  }
  world.Heal();
}

}  // namespace

Scenario SpawnVsClaim() {
  return {.name = "spawn-vs-claim",
          .claim =
              "A worker that is spawned for an org is reserved from its first moment: nobody else "
              "can claim it.",
          .promise = kProcessPromise,
          .faults = kProcessFaults,
          .parameters = {{kFaultBudget, 1, 0, 20, "faults that may hit one run"}},
          .probes = {"a client was served", "landed publish_reserved", "landed create_org_slot"},
          .body = Run};
}

}  // namespace fencepost::scenarios
