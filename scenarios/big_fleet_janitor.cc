#include <chrono>

#include "scenarios/story.h"

namespace fencepost::scenarios {
namespace {

constexpr Probe kReapedAndForgotten{"an ended worker was forgotten by the last step of a pass"};

// One control plane leads a fleet in which every call takes its time, as in production. A look at
// each pod and each secret, one by one, would take longer than a leadership lasts.
void RunBigFleetJanitor(Story& story) {
  Setup& setup = story.setup();
  Config& config = story.config();
  config.hot_idle_ttl = absl::Minutes(1);
  config.retention = absl::Minutes(4);
  ControlPlaneProcess& cp = setup.StartControlPlane("cp-1");
  const WorkerId parked = setup.HotIdleWorker(cp, "org-parked");
  ServingWorkers(story, cp, story.Parameter("workers"));
  for (const CallTarget target :
       {CallTarget::kStore, CallTarget::kPods, CallTarget::kWorker, CallTarget::kSecrets}) {
    story.cluster().injector().set_latency(target, std::chrono::seconds(1));
  }
  cp.BeginLoops();
  // The parked worker is over its ttl after a minute, and its row over the retention four minutes
  // later. Each then waits for one pass: a tick, a step's calls, and no more.
  story.SleepFor(absl::Minutes(7));
  const bool forgotten = !story.truth().RowOf(parked).has_value();
  if (forgotten) story.Sometimes(kReapedAndForgotten);
  story.Expect(forgotten || cp.disturbed(),
               "every step of the janitor runs on a fleet of any size");
  story.Recover();
}

}  // namespace

Scenario BigFleetJanitor() {
  return {.name = "big-fleet-janitor",
          .claim =
              "Every step of the janitor runs within a bound of time, however many workers the "
              "fleet has and however long each call takes.",
          .promise = "calls refused, replies lost; every call takes a second",
          .faults = {CallFault::kNotApplied, CallFault::kReplyLost},
          .fault_rate_divisor = 256,
          .parameters = {{"workers", 12, 1, 2000, "that serve a client each"},
                         {kFaultBudget, 2, 0, 20, "faults that may hit one run"}},
          .probes = {kReapedAndForgotten, Landed(kRetireIdleVariant)},
          .body = RunBigFleetJanitor};
}

}  // namespace fencepost::scenarios
