#include <optional>
#include <string>
#include <string_view>

#include "scenarios/promises.h"
#include "scenarios/registry.h"
#include "sim/world/world.h"

namespace fencepost::scenarios {
namespace {

using sim::ControlPlaneProcess;
using sim::World;

// Credentials are due on a parked worker when clients claim it again, here and elsewhere: a refresh
// and an activation of the same worker meet.
void Run(World& world) {
  ControlPlaneProcess& cp1 = world.StartControlPlane("cp-1");
  ControlPlaneProcess& cp2 = world.StartControlPlane("cp-2");
  const WorkerId worker = world.HotIdleWorker(cp1, "org-a");
  const Epoch before = world.RowOf(worker)->owner_epoch;

  const auto refresh = [](ControlPlaneProcess& cp) {
    cp.control_plane().RefreshOnce().IgnoreError();
  };
  const auto visit = [&world](ControlPlaneProcess& cp, std::string_view token) {
    if (!cp.Acquire("org-a", token)) return;
    world.Sometimes("a client was served");
    cp.control_plane().Release(SessionToken(std::string(token))).IgnoreError();
  };
  world.Concurrently({
      {&cp1, "refresher", [&] { refresh(cp1); }},
      {&cp1, "client", [&] { visit(cp1, "session-1"); }},
      {&cp1, "refresher", [&] { refresh(cp1); }},
      {&cp2, "client", [&] { visit(cp2, "session-2"); }},
  });
  const bool disturbed = cp1.runtime().disturbed() || cp2.runtime().disturbed();
  const std::optional<WorkerRow> row = world.RowOf(worker);
  if (row->owner_epoch > Next(before)) world.Sometimes("the epoch rose for refresh and for claim");
  world.Expect(disturbed || world.pods().refused_activations() == 0,
               "no activation is refused as stale");
  world.Expect(disturbed || !IsTerminal(row->state),
               "a healthy worker is not retired for a refused activation");
  world.Heal();
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
          .probes = {"a client was served", "the epoch rose for refresh and for claim",
                     "landed refresh_lease", "landed claim_hot_idle", "landed finish_activation",
                     "landed park"},
          .body = Run};
}

}  // namespace fencepost::scenarios
