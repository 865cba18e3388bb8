#include <tuple>

#include "scenarios/promises.h"
#include "scenarios/registry.h"
#include "sim/world/world.h"

namespace fencepost::scenarios {
namespace {

using sim::ControlPlaneProcess;
using sim::World;

// The platform replaces a worker's pod by a new one of the same name while the old one's deletion
// is on its way.
void Run(World& world) {
  ControlPlaneProcess& cp = world.StartControlPlane("cp-1");
  ControlPlaneProcess& janitor = world.StartControlPlane("cp-2");
  const WorkerId worker = world.HotWorker(cp, "org-a");
  world.Concurrently({
      {&cp, "shutdown", [&] { cp.Shutdown(); }},
      {&janitor, "node-repair",
       [&] {
         std::ignore = janitor.See(worker);
         world.pods().Recreate(worker);
       }},
      {&janitor, "janitor", [&] { janitor.RunJanitorOnce(); }},
  });
  int uids = 0;
  for (const sim::SimPod& pod : world.pods().pods()) uids += pod.worker == worker ? 1 : 0;
  if (uids > 1) world.Sometimes("the pod was replaced");
  if (world.pods().Lives(worker)) world.Sometimes("the new pod outlived the old one's deletion");
  world.Heal();
}

}  // namespace

Scenario PodRecreatedUnderSameName() {
  return {.name = "pod-recreated-under-same-name",
          .claim =
              "A deletion is for one pod and not for its name: a pod that was made anew dies only "
              "when its worker is proven dead.",
          .promise = kProcessPromise,
          .faults = kProcessFaults,
          .parameters = {{kFaultBudget, 1, 0, 20, "faults that may hit one run"}},
          .probes = {"the pod was replaced", "the new pod outlived the old one's deletion",
                     "fence from terminal_snapshot"},
          .body = Run};
}

}  // namespace fencepost::scenarios
