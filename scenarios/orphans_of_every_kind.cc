#include <memory>

#include "scenarios/story.h"

namespace fencepost::scenarios {
namespace {

constexpr Probe kGotAPlace{"a client got the place of an orphan"};

// Owners are gone in every way that there is: expired, ended, lost in the middle of a drain,
// removed by an operator. Their workers hold the last places under the cap.
void RunOrphansOfEveryKind(Story& story) {
  Setup& setup = story.setup();
  story.config().caps.global = 5;
  ControlPlaneProcess& expired = setup.StartControlPlane("expired");
  ControlPlaneProcess& ended = setup.StartControlPlane("ended");
  ControlPlaneProcess& draining = setup.StartControlPlane("draining");
  ControlPlaneProcess& removed = setup.StartControlPlane("removed");
  setup.HotWorker(expired, "org-a");
  setup.ReservedWorker(ended, "org-b");
  setup.HotIdleWorker(draining, "org-c");
  setup.HotWorker(removed, "org-d");
  setup.IdleWorker(removed);
  story.WithoutFaults([&] {
    std::ignore = story.cluster().store().DeregisterControlPlane(ended.cp());
    std::ignore = story.cluster().store().BeginDrain(draining.cp());
    story.RemoveControlPlane(removed.cp());
  });
  for (ControlPlaneProcess* const gone : {&expired, &ended, &draining, &removed}) {
    story.cluster().Crash(gone->process());
  }
  ControlPlaneProcess& cp = setup.RunControlPlane("cp-1");
  const TaskId client = story.StartActor("client", [&story, &cp] {
    auto served = std::make_shared<bool>(false);
    story.RunIn(cp, "client",
                [served, &cp] { *served = cp.Acquire("org-e", "session-1", absl::Minutes(10)); });
    if (*served) story.Sometimes(kGotAPlace);
  });
  story.Await({client});
  story.Recover();
}

}  // namespace

Scenario OrphansOfEveryKind() {
  return {.name = "orphans-of-every-kind",
          .claim =
              "However an owner went, expired, ended, in the middle of a drain, or without a "
              "trace, its workers are retired and their places are free again.",
          .promise = kProcessPromise,
          .faults = kProcessFaults,
          .fault_rate_divisor = 2,
          .parameters = {{kFaultBudget, 2, 0, 20, "faults that may hit one run"}},
          .probes = {kGotAPlace, Landed(kRetireOrphan)},
          .body = RunOrphansOfEveryKind};
}

}  // namespace fencepost::scenarios
