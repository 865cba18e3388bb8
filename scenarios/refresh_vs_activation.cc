#include "scenarios/story.h"

namespace fencepost::scenarios {
namespace {

constexpr Probe kEpochRoseTwice{"the epoch rose for refresh and for claim"};

// Credentials are due on a parked worker when clients claim it again, here and elsewhere: a refresh
// and an activation of the same worker meet.
void RunRefreshVsActivation(Story& story) {
  Setup& setup = story.setup();
  ControlPlaneProcess& cp1 = setup.StartControlPlane("cp-1");
  ControlPlaneProcess& cp2 = setup.StartControlPlane("cp-2");
  const WorkerId worker = setup.HotIdleWorker(cp1, "org-a");
  const Epoch before = story.truth().RowOf(worker)->owner_epoch;

  const auto refresh = [](ControlPlaneProcess& cp) {
    cp.control_plane().RefreshOnce().IgnoreError();
  };
  story.Concurrently({
      {&cp1, "refresher", [&] { refresh(cp1); }},
      {&cp1, "client", [&] { Visit(story, cp1, "session-1"); }},
      {&cp1, "refresher", [&] { refresh(cp1); }},
      {&cp2, "client", [&] { Visit(story, cp2, "session-2"); }},
  });
  const bool disturbed = cp1.disturbed() || cp2.disturbed();
  const std::optional<WorkerRow> row = story.truth().RowOf(worker);
  if (row->owner_epoch > Next(before)) story.Sometimes(kEpochRoseTwice);
  story.Expect(disturbed || story.cluster().pods().refused_activations() == 0,
               "no activation is refused as stale");
  story.Expect(disturbed || !IsTerminal(row->state),
               "a healthy worker is not retired for a refused activation");
  story.Heal();
}

}  // namespace

Scenario RefreshVsActivation() {
  return {.name = "refresh-vs-activation",
          .claim =
              "A refresh never raises the epoch underneath an activation: no worker refuses one as "
              "stale, and no healthy worker is lost for it.",
          .promise = kProcessPromise,
          .faults = kProcessFaults,
          .parameters = {{kFaultBudget, 1, 0, 20, "faults that may hit one run"}},
          .probes = {Client::kServed, kEpochRoseTwice, Landed(kRefreshLease), Landed(kClaimHotIdle),
                     Landed(kFinishActivation), Landed(kPark)},
          .body = RunRefreshVsActivation};
}

}  // namespace fencepost::scenarios
