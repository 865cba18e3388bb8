#include "scenarios/story.h"

namespace fencepost::scenarios {
namespace {

// A small fleet with clients; any reply of the store, the platform and the workers may be lost.
void RunReplyLostEverywhere(Story& story) {
  Setup& setup = story.setup();
  story.config().hot_idle_ttl = absl::Minutes(2);
  story.config().refresh_fraction = 0.02;  // of an hour
  story.config().settle_attempts = 2;
  story.config().warm_target[StandardImage()] = 1;
  for (const std::string_view name : {"cp-1", "cp-2"}) setup.RunControlPlane(name);
  AwaitClients(story, {"client-1", "client-2"}, 3);
  story.Recover();
}

}  // namespace

Scenario ReplyLostEverywhere() {
  return {.name = "reply-lost-everywhere",
          .claim =
              "Whatever reply is lost, memory and rows agree again: no epoch, no parking and no "
              "claim is left that nobody remembers.",
          .promise = "lost replies of the store, the platform and the workers",
          .faults = {CallFault::kReplyLost},
          .parameters = {{kFaultBudget, 40, 0, 1000, "replies that may be lost in one run"}},
          .probes = {Told(kInDoubt), Client::kServed, Landed(kClaimHotIdle), Landed(kClaimIdle),
                     Landed(kPark), Landed(kRefreshLease)},
          .body = RunReplyLostEverywhere};
}

}  // namespace fencepost::scenarios
