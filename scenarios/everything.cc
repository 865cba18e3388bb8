#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "scenarios/registry.h"
#include "sim/world/client.h"
#include "sim/world/world.h"

namespace fencepost::scenarios {
namespace {

using sim::CallFault;
using sim::Client;
using sim::ControlPlaneProcess;
using sim::World;

// A fleet of control planes with warm workers; clients of several orgs come and go at them, while
// control planes crash and are started again, one is stopped in order, and everything that a run
// may draw goes wrong. Then faults end, and the fleet comes to rest by itself.
void Run(World& world) {
  Config& config = world.config();
  config.warm_target[Image(std::string(World::kImage))] = 2;
  config.caps.per_org = 3;
  config.caps.global = 12;
  config.hot_idle_ttl = absl::Minutes(3);
  config.refresh_fraction = 0.02;  // of an hour
  config.drain_timeout = absl::Minutes(2);

  const std::int64_t fleet = world.Parameter("control-planes");
  for (std::int64_t i = 1; i <= fleet; ++i) world.RunControlPlane(absl::StrCat("cp-", i));

  std::vector<sim::TaskId> visits;
  sim::Engine& engine = world.engine();
  for (std::int64_t i = 0; i < world.Parameter("clients"); ++i) {
    auto client = std::make_shared<Client>(world, absl::StrCat("client-", i + 1),
                                           absl::StrCat("org-", i % 3 + 1));
    const auto count = static_cast<int>(world.Parameter("visits"));
    visits.push_back(world.Aside("client", [client, count] { client->Visit(count); }));
  }
  // The operator: starts again what has died, and rolls one control plane while clients are on it.
  const auto operate = world.Aside("operator", [&world, fleet] {
    for (int minute = 0; minute < 6; ++minute) {
      world.SleepFor(absl::Minutes(1));
      for (std::int64_t i = 1; i <= fleet; ++i) {
        const std::string name = absl::StrCat("cp-", i);
        ControlPlaneProcess* const process = world.Latest(name);
        if (process->control_plane().phase() == ControlPlane::Phase::kExpired) {
          world.Sometimes("a control plane expired while it slept");
          world.Crash(process->process());
        }
        if (process->ended()) {
          world.Sometimes("a control plane was started again");
          world.RunControlPlane(name);
        } else if (world.Choose("roll", 6) == 1) {
          world.Sometimes("a control plane was rolled");
          world.Within(*process, "stop", [process] { process->Shutdown(); });
        }
      }
    }
  });
  for (const sim::TaskId visit : visits) engine.Join(visit);
  engine.Join(operate);
  world.Recover();
}

}  // namespace

Scenario Everything() {
  return {.name = "everything",
          .claim =
              "Control planes, clients of several orgs and an operator at once, with every fault: "
              "no pod dies unfenced, nobody is served by another's worker, and once faults stop "
              "the fleet comes to rest by itself.",
          .promise = "every fault that there is, as many as the budget allows",
          .faults = {CallFault::kNotApplied, CallFault::kReplyLost, CallFault::kSlow,
                     CallFault::kSlowReply, CallFault::kCrashBefore, CallFault::kCrashAfter,
                     CallFault::kPause, CallFault::kPartition, CallFault::kClockJump,
                     CallFault::kStoreClockJump, CallFault::kPodDies},
          .fault_spread = 16,
          .parameters = {{"control-planes", 3, 1, 50, "control planes of the fleet"},
                         {"clients", 5, 1, 100, "clients that come and go"},
                         {"visits", 3, 1, 100, "visits of each client"},
                         {kFaultBudget, 20, 0, 1000, "faults that may hit one run"}},
          .probes = {"a client was served", "a client was refused or gave up",
                     "a client lost its control plane", "a client came back to its worker",
                     "a client lost its session", "a control plane was started again",
                     "a control plane was rolled", "a control plane expired while it slept",
                     "a control plane died while a client waited for it", "landed claim_idle",
                     "landed claim_hot_idle", "landed take_over", "landed park",
                     "landed retire_orphan", "landed mark_lost", "landed retire_idle_variant",
                     "told fence_miss_session", "told fence_miss_owner"},
          .body = Run};
}

}  // namespace fencepost::scenarios
