#include <chrono>

#include "scenarios/story.h"

namespace fencepost::scenarios {
namespace {

constexpr Probe kServedInTheEnd{"the client was served in the end"};
constexpr Probe kGaveUp{"the client gave up"};
constexpr Probe kParkedForNobody{"what nobody waited for was parked"};

// Pods take long to start; a client loses patience several times before its worker is ready.
void RunClientGivesUp(Story& story) {
  Setup& setup = story.setup();
  story.cluster().pods().set_start_time(std::chrono::seconds(40));
  ControlPlaneProcess& cp = setup.RunControlPlane("cp-1");
  story.Concurrently(
      {{&cp, "client", [&] {
          for (const std::string_view token : {"session-1", "session-2", "session-3"}) {
            if (cp.Acquire("org-a", token, absl::Seconds(25))) {
              story.Sometimes(kServedInTheEnd);
              return;
            }
            story.Sometimes(kGaveUp);
          }
        }}});
  story.WithoutFaults([&] { story.SleepFor(absl::Minutes(3)); });
  for (const WorkerRow& row : story.truth().Rows()) {
    story.Expect(cp.disturbed() || !IsTerminal(row.state),
                 "no healthy worker ends because its client gave up");
    if (row.state == WorkerState::kHotIdle) story.Sometimes(kParkedForNobody);
  }
  story.Heal();
}

}  // namespace

Scenario ClientGivesUp() {
  return {
      .name = "client-gives-up",
      .claim =
          "A client that loses patience ends no worker: what was begun for it is finished and "
          "parked, and its next attempt finds it.",
      .promise = kProcessPromise,
      .faults = kProcessFaults,
      .parameters = {{kFaultBudget, 1, 0, 20, "faults that may hit one run"}},
      .probes = {kGaveUp, kServedInTheEnd, kParkedForNobody, Landed(kClaimHotIdle), Landed(kPark)},
      .body = RunClientGivesUp};
}

}  // namespace fencepost::scenarios
