#include "scenarios/story.h"

namespace fencepost::scenarios {
namespace {

constexpr Probe kStillHot{"a worker was still hot when its client had gone"};

// Clients leave, and what should free their workers is refused or lost on the way.
void RunParkingLost(Story& story) {
  Setup& setup = story.setup();
  setup.RunControlPlane("cp-1");
  AwaitClients(story, {"client-1", "client-2"}, 2);
  if (!story.Unsettled().empty()) story.Sometimes(kStillHot);
  story.Recover(absl::Minutes(20));
}

}  // namespace

Scenario ParkingLost() {
  return {.name = "parking-lost",
          .claim = "A worker whose parking was lost does not stay hot for ever.",
          .promise = "calls refused, replies lost, partitions",
          .faults = {CallFault::kNotApplied, CallFault::kReplyLost, CallFault::kPartition},
          .parameters = {{kFaultBudget, 12, 0, 100, "faults that may hit one run"}},
          .probes = {kStillHot, Landed(kPark), Client::kServed},
          .body = RunParkingLost};
}

}  // namespace fencepost::scenarios
