#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "scenarios/promises.h"
#include "scenarios/registry.h"
#include "sim/world/world.h"

namespace fencepost::scenarios {
namespace {

using sim::Actor;
using sim::ControlPlaneProcess;
using sim::World;

// A parked worker's time is over when a client comes: the janitor lists it, it is claimed, serves,
// is parked again, and only then does the janitor act on what it had listed. Its owner's own client
// wants it at the same time.
void Run(World& world) {
  world.config().hot_idle_ttl = absl::Seconds(10);
  ControlPlaneProcess& cp1 = world.StartControlPlane("cp-1");
  ControlPlaneProcess& cp2 = world.StartControlPlane("cp-2");
  const bool two_clients = world.Parameter("clients") > 1;
  ControlPlaneProcess& janitor = two_clients ? world.StartControlPlane("cp-3") : cp2;
  const WorkerId parked = world.HotIdleWorker(cp1, "org-a");
  world.Pass(absl::Seconds(10));
  const Epoch before = world.RowOf(parked)->owner_epoch;

  const auto visit = [&world](ControlPlaneProcess& cp, std::string_view token) {
    if (!cp.Acquire("org-a", token)) return;
    world.Sometimes("a client was served");
    cp.control_plane().Release(SessionToken(std::string(token))).IgnoreError();
  };
  std::vector<Actor> actors = {
      {&janitor, "janitor", [&] { janitor.control_plane().janitor().ReapHotIdle().IgnoreError(); }},
      {&cp1, "client", [&] { visit(cp1, "session-1"); }},
  };
  if (two_clients) actors.push_back({&cp2, "client", [&] { visit(cp2, "session-2"); }});
  world.Concurrently(std::move(actors));
  const std::optional<WorkerRow> row = world.RowOf(parked);
  if (row->owner_epoch > before) world.Sometimes("the claim came before the janitor");
  if (row->retire_reason == "hot_idle_ttl" && row->owner_epoch == before) {
    world.Sometimes("the janitor came before the claim");
  }
  world.Heal();
}

}  // namespace

Scenario HotIdleTtlVsClaim() {
  return {.name = "hot-idle-ttl-vs-claim",
          .claim =
              "A parked worker that is claimed while the janitor looks at it is not retired for "
              "its old age, however often it is parked again.",
          .promise = kProcessPromise,
          .faults = kProcessFaults,
          .parameters = {{"clients", 2, 1, 2, "each at a control plane of its own"},
                         {kFaultBudget, 1, 0, 20, "faults that may hit one run"}},
          .probes = {"a client was served", "the claim came before the janitor",
                     "the janitor came before the claim", "landed retire_idle_variant",
                     "told fence_miss_state", "told fence_miss_owner", "told fence_miss_epoch"},
          .body = Run};
}

}  // namespace fencepost::scenarios
