#include "scenarios/story.h"

namespace fencepost::scenarios {
namespace {

constexpr Probe kPodReplaced{"the pod was replaced"};
constexpr Probe kNewPodLives{"the new pod outlived the old one's deletion"};

// The platform replaces a worker's pod by a new pod of the same name while a deletion of the old
// pod is on its way.
void RunPodRecreatedUnderSameName(Story& story) {
  Setup& setup = story.setup();
  ControlPlaneProcess& cp = setup.StartControlPlane("cp-1");
  ControlPlaneProcess& janitor = setup.StartControlPlane("cp-2");
  const WorkerId worker = setup.HotWorker(cp, "org-a");
  story.Concurrently({
      {&cp, "shutdown", [&] { cp.Shutdown(); }},
      {&janitor, "node-repair",
       [&] {
         std::ignore = janitor.Observe(worker);
         story.cluster().pods().Recreate(worker);
       }},
      {&janitor, "janitor", [&] { janitor.RunJanitorOnce(); }},
  });
  int uids = 0;
  for (const sim::SimPod& pod : story.cluster().pods().pods()) uids += pod.worker == worker ? 1 : 0;
  if (uids > 1) story.Sometimes(kPodReplaced);
  if (story.cluster().pods().Lives(worker)) story.Sometimes(kNewPodLives);
  story.Heal();
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
          .probes = {kPodReplaced, kNewPodLives, FenceFrom(FenceOrigin::kTerminalSnapshot)},
          .body = RunPodRecreatedUnderSameName};
}

}  // namespace fencepost::scenarios
