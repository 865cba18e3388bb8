#include <array>
#include <chrono>

#include "scenarios/story.h"

namespace fencepost::scenarios {
namespace {

constexpr Probe kOutlivedTheCut{"the workers outlived the cut"};
constexpr Probe kDeadOneFound{"the dead worker was found while all were silent"};

constexpr int kCuts = 3;
constexpr std::array<std::int64_t, kCuts> kCutSeconds = {45, 120, 300};

// The network between a control plane and its busy workers fails for a while. The workers go on
// serving their clients. One worker may die meanwhile, and only that one may be given up.
void RunCutOffFromWorkers(Story& story) {
  ControlPlaneProcess& cp = story.setup().StartControlPlane("cp-1");
  const std::vector<WorkerId> workers = ServingWorkers(story, cp, story.Parameter("workers"));
  cp.BeginLoops();

  const absl::Duration cut = absl::Seconds(kCutSeconds[story.Choose("cut", kCuts)]);
  const bool one_dies = story.Choose("one-dies", 2) == 1;
  cp.runtime().CutOff(CallTarget::kWorker, std::chrono::nanoseconds(absl::ToInt64Nanoseconds(cut)));
  story.SleepFor(absl::Seconds(5));
  if (one_dies) story.cluster().pods().Kill(workers.front());
  story.SleepFor(cut);
  bool all_serve = true;
  for (std::size_t i = one_dies ? 1 : 0; i < workers.size(); ++i) {
    all_serve = all_serve && story.truth().Is(workers[i], WorkerState::kHot);
  }
  story.Expect(all_serve, "a control plane that is cut off ends no worker that serves its client");
  if (all_serve) story.Sometimes(kOutlivedTheCut);
  if (one_dies) {
    const bool found = story.truth().Is(workers.front(), WorkerState::kLost);
    if (found && workers.size() > 1) story.Sometimes(kDeadOneFound);
    story.SleepFor(absl::Minutes(2));
    story.Expect(story.truth().Is(workers.front(), WorkerState::kLost),
                 "a worker whose pod has died is found");
  }
  story.Recover();
}

}  // namespace

Scenario CutOffFromWorkers() {
  return {.name = "cut-off-from-workers",
          .claim =
              "A control plane that cannot reach its workers ends none of them for its own "
              "network's fault, and still finds the one that has died.",
          .promise = "a cut between a control plane and its workers; calls refused, replies lost",
          .faults = {CallFault::kNotApplied, CallFault::kReplyLost},
          .fault_rate_divisor = 8,
          .parameters = {{"workers", 3, 1, 20, "that serve a client each"},
                         {kFaultBudget, 2, 0, 20, "faults that may hit one run"}},
          .probes = {kOutlivedTheCut, kDeadOneFound, Landed(kMarkLost)},
          .body = RunCutOffFromWorkers};
}

}  // namespace fencepost::scenarios
