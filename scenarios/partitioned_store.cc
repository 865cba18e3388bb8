#include "scenarios/story.h"

namespace fencepost::scenarios {
namespace {

constexpr Probe kFencedItselfOff{"a control plane fenced itself off"};

// Control planes lose the store or the pods for a while; clients stay at their control plane or go
// to the other one.
void RunPartitionedStore(Story& story) {
  Setup& setup = story.setup();
  story.config().hot_idle_ttl = absl::Minutes(2);
  for (const std::string_view name : {"cp-1", "cp-2"}) setup.RunControlPlane(name);
  std::vector<TaskId> actors = StartClients(story, {"client-1", "client-2", "client-3"}, 2);
  actors.push_back(story.StartActor("watcher", [&story] {
    for (int second = 0; second < 300; second += 5) {
      story.SleepFor(absl::Seconds(5));
      for (const auto& process : story.cluster().processes()) {
        const ControlPlane& cp = process->control_plane();
        if (cp.phase() == ControlPlane::Phase::kServing && !cp.MayUseLeases()) {
          story.Sometimes(kFencedItselfOff);
        }
      }
    }
  }));
  story.Await(actors);
  story.Recover();
}

}  // namespace

Scenario PartitionedStore() {
  return {.name = "partitioned-store",
          .claim =
              "A control plane that cannot reach the store stops using its leases by itself, and "
              "goes on with what is still its own when it can.",
          .promise = "partitions between a control plane and the store, the pods, the workers",
          .faults = {CallFault::kPartition},
          .fault_rate_divisor = 2,
          .parameters = {{kFaultBudget, 4, 0, 100, "partitions in one run"}},
          .probes = {kFencedItselfOff, Client::kServed, Client::kLostItsControlPlane,
                     Landed(kTakeOver)},
          .body = RunPartitionedStore};
}

}  // namespace fencepost::scenarios
