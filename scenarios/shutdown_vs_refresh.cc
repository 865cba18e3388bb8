#include "scenarios/story.h"

namespace fencepost::scenarios {
namespace {

constexpr Probe kFaultHit{"a fault hit the control plane"};
constexpr Probe kControlPlaneEnded{"the control plane ended, in order or by a crash"};
constexpr Probe kLeftToTheJanitor{"something was left to the janitor"};
constexpr Probe kRefreshCameFirst{"the refresh came before the drain"};
constexpr Probe kDrainCameFirst{"the drain came first"};

// A control plane's hot workers are refreshed, one activity each, while it shuts down.
void RunShutdownVsRefresh(Story& story) {
  Setup& setup = story.setup();
  ControlPlaneProcess& cp = setup.StartControlPlane("cp-1");
  std::vector<WorkerId> workers;
  for (std::int64_t i = 0; i < story.Parameter("workers"); ++i) {
    workers.push_back(setup.HotWorker(cp, "org-a"));
  }
  std::vector<Actor> actors;
  for (const WorkerId worker : workers) {
    actors.push_back({&cp, "refresh", [&cp, worker] { cp.RefreshCredentials(worker); }});
  }
  actors.push_back({&cp, "shutdown", [&cp] { cp.Shutdown(); }});
  story.Concurrently(std::move(actors));

  if (cp.disturbed()) story.Sometimes(kFaultHit);
  if (cp.ended()) story.Sometimes(kControlPlaneEnded);
  if (!story.Unsettled().empty()) story.Sometimes(kLeftToTheJanitor);
  const auto seen = story.cluster().store().Observe(workers.front());
  const bool refreshed = seen.ok() && seen->has_value() && (*seen)->row().owner_epoch > Epoch{1};
  story.Sometimes(refreshed ? kRefreshCameFirst : kDrainCameFirst);
  story.Heal();
}

}  // namespace

Scenario ShutdownVsRefresh() {
  return {.name = "shutdown-vs-refresh",
          .claim =
              "A credential refresh bumps the epoch while its control plane shuts down: "
              "whatever the order, no worker is left behind and no pod dies unfenced.",
          .promise = kProcessPromise,
          .faults = kProcessFaults,
          .parameters = {{"workers", 1, 1, 8, "hot workers of the control plane"},
                         {kFaultBudget, 1, 0, 20, "faults that may hit one run"}},
          .probes = {kFaultHit, kControlPlaneEnded, kLeftToTheJanitor, kRefreshCameFirst,
                     kDrainCameFirst, Landed(kRefreshLease), Landed(kRetireDrained),
                     Landed(kRetireOrphan)},
          .body = RunShutdownVsRefresh};
}

}  // namespace fencepost::scenarios
