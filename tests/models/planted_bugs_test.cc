// The checker finds a counterexample to each planted bug, of the known property and length.
#include <gtest/gtest.h>

#include <algorithm>

#include "models/checker/run_search.h"
#include "models/checker/trace.h"
#include "models/lifecycle/machine.h"

namespace fencepost::models {
namespace {

struct Found {
  PlantedBug planted_bug;
  std::size_t steps;  // of the shortest counterexample
};

const PlantedBugInfo& InfoOf(PlantedBug planted_bug) {
  for (const PlantedBugInfo& info : AllPlantedBugs()) {
    if (info.planted_bug == planted_bug) return info;
  }
  ADD_FAILURE();
  return AllPlantedBugs().front();
}
void PrintTo(const Found& found, std::ostream* out) { *out << InfoOf(found.planted_bug).claim; }

// Without faults where the bug needs none, so that the counterexample is the race itself.
Options With(PlantedBug planted_bug) {
  Options options{.secrets = false, .planted_bug = planted_bug};
  const bool race = planted_bug == PlantedBug::kDeleteAfterMissedDrain ||
                    planted_bug == PlantedBug::kDrainByOwnerOnly ||
                    planted_bug == PlantedBug::kEpochGuardedWhileReadOrWritten;
  if (race) options.crashes = options.pauses = options.lost_replies = false;
  return options;
}

class PlantedBugs : public testing::TestWithParam<Found> {};

TEST_P(PlantedBugs, HaveAShortestCounterexample) {
  for (const bool symmetry : {false, true}) {
    const Machine machine(With(GetParam().planted_bug));
    SearchOptions options;
    options.symmetry = symmetry;
    const auto result = Search(machine, options);
    ASSERT_EQ(result.end, SearchEnd::kBroken);
    EXPECT_EQ(machine.PropertyName(result.finding.property), InfoOf(GetParam().planted_bug).breaks);
    EXPECT_EQ(TraceTo(machine, result, symmetry).steps.size(), GetParam().steps);
  }
}

INSTANTIATE_TEST_SUITE_P(All, PlantedBugs,
                         testing::Values(Found{PlantedBug::kDeleteAfterMissedDrain, 12},
                                         Found{PlantedBug::kDrainByOwnerOnly, 11},
                                         Found{PlantedBug::kEpochGuardedWhileReadOrWritten, 12},
                                         Found{PlantedBug::kSnapshotFenceByState, 9},
                                         Found{PlantedBug::kSnapshotFenceByClock, 7},
                                         Found{PlantedBug::kLeaseNotCompared, 6},
                                         Found{PlantedBug::kEpochNotRaisedByClaim, 5},
                                         Found{PlantedBug::kOrphanOwnerNotLookedAtAgain, 4},
                                         Found{PlantedBug::kTakeOverOfAnything, 8},
                                         Found{PlantedBug::kDrainIgnoresSession, 10},
                                         Found{PlantedBug::kCleanupAfterMissedRetire, 8}),
                         [](const auto& tested) {
                           std::string name(InfoOf(tested.param.planted_bug).name);
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

// A refresh lands between the shutdown's read of the lease and its drain. The drain misses, and the
// pod is deleted nevertheless.
TEST(FlagshipRace, IsToldStepByStep) {
  const Machine machine(With(PlantedBug::kDeleteAfterMissedDrain));
  const auto result = Search(machine, {});
  ASSERT_EQ(result.end, SearchEnd::kBroken);
  const auto trace = TraceTo(machine, result, false);
  std::string told;
  State before = trace.initial;
  for (const Step<State>& step : trace.steps) {
    told += machine.Describe(before, step) + "\n";
    before = step.next;
  }
  EXPECT_EQ(told,
            "cp-1 creates a slot for worker 1\n"
            "cp-1 begins to shut down\n"
            "cp-1 creates the pod of worker 1\n"
            "cp-1 publishes as reserved worker 1\n"
            "cp-1 begins to activate worker 1\n"
            "cp-1 finishes activating worker 1\n"
            "cp-1 has no client any more for worker 1\n"
            "cp-1 tells the store that it shuts down\n"
            "cp-1 checks out the lease to refresh worker 1\n"
            "cp-1 refreshes the lease of worker 1\n"
            "cp-1 drains worker 1: the fence misses\n"
            "cp-1 deletes the pod of the drained worker 1\n");
}

}  // namespace
}  // namespace fencepost::models
