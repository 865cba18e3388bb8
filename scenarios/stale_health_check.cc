#include "scenarios/story.h"

namespace fencepost::scenarios {
namespace {

constexpr Probe kServedWhileProbed{"cp-2 serves the worker that cp-1 probes"};
constexpr Probe kOutlivedTheProbes{"cp-2's worker outlived cp-1's probes"};
constexpr Probe kSickWorkerLost{"the sick worker was marked lost"};

// cp-1 still remembers a worker that cp-2 has claimed, and checks the worker's health while the
// worker says that it is unhealthy. Another worker of cp-1 drains and refuses new work on purpose.
void RunStaleHealthCheck(Story& story) {
  Setup& setup = story.setup();
  ControlPlaneProcess& cp1 = setup.StartControlPlane("cp-1");
  ControlPlaneProcess& cp2 = setup.StartControlPlane("cp-2");
  const WorkerId claimed = setup.HotIdleWorker(cp1, "org-a");
  std::optional<WorkerId> draining;
  if (story.Parameter("workers") > 1) draining = setup.HotIdleWorker(cp1, "org-b");
  story.cluster().pods().set_unhealthy(claimed, true);
  if (draining) story.cluster().pods().set_draining(*draining, true);

  story.Concurrently({
      {&cp1, "health",
       [&] {
         for (int probe = 0; probe < story.Parameter("rounds"); ++probe) {
           cp1.control_plane().CheckHealthOnce().IgnoreError();
           if (!cp1.Holds(claimed)) return;
         }
       }},
      {&cp2, "client",
       [&] {
         if (!cp2.Acquire("org-a", "session-1")) return;
         story.Sometimes(kServedWhileProbed);
         story.cluster().pods().set_unhealthy(claimed, false);
         for (int probe = 1; probe < story.Parameter("rounds"); ++probe) {
           cp2.control_plane().CheckHealthOnce().IgnoreError();
         }
         const std::optional<WorkerRow> row = story.truth().RowOf(claimed);
         const bool served = row.has_value() && row->owner_cp == cp2.cp();
         if (served && row->state == WorkerState::kHot) story.Sometimes(kOutlivedTheProbes);
       }},
  });
  if (story.truth().Is(claimed, WorkerState::kLost)) story.Sometimes(kSickWorkerLost);
  story.Expect(!draining || !story.truth().Is(*draining, WorkerState::kLost),
               "a worker that drains has not crashed");
  story.Heal();
}

}  // namespace

Scenario StaleHealthCheck() {
  return {.name = "stale-health-check",
          .claim =
              "A health checker with a stale lease drops what it remembers and touches nobody "
              "else's worker; a worker that drains is not taken for a crashed one.",
          .promise = kProcessPromise,
          .faults = kProcessFaults,
          .parameters = {{"workers", 2, 1, 2, "the claimed one; with 2, one that drains, too"},
                         {"rounds", 3, 1, 5, "in which cp-1 probes its workers"},
                         {kFaultBudget, 1, 0, 20, "faults that may hit one run"}},
          .probes = {kServedWhileProbed, kOutlivedTheProbes, kSickWorkerLost, Told(kFenceMissOwner),
                     Landed(kClaimHotIdle), Landed(kMarkLost)},
          .body = RunStaleHealthCheck};
}

}  // namespace fencepost::scenarios
