// Every mistake has a counterexample, of the property that it is known to break.
#include <gtest/gtest.h>

#include <algorithm>

#include "models/checker/check.h"
#include "models/checker/trace.h"
#include "models/lifecycle/machine.h"

namespace fencepost::models {
namespace {

struct Found {
  Mistake mistake;
  std::size_t steps;  // of the shortest counterexample
};

const MistakeInfo& InfoOf(Mistake mistake) {
  for (const MistakeInfo& info : AllMistakes()) {
    if (info.mistake == mistake) return info;
  }
  ADD_FAILURE();
  return AllMistakes().front();
}
void PrintTo(const Found& found, std::ostream* out) { *out << InfoOf(found.mistake).claim; }

// Without faults where the mistake needs none, so that the counterexample is the race itself.
Options Making(Mistake mistake) {
  Options options{.secrets = false, .mistake = mistake};
  const bool race = mistake == Mistake::kDeleteAfterMissedDrain ||
                    mistake == Mistake::kDrainByOwnerOnly ||
                    mistake == Mistake::kEpochGuardedWhileReadOrWritten;
  if (race) options.crashes = options.pauses = options.lost_replies = false;
  return options;
}

class Mistakes : public testing::TestWithParam<Found> {};

TEST_P(Mistakes, HaveAShortestCounterexample) {
  for (const bool symmetry : {false, true}) {
    const Machine machine(Making(GetParam().mistake));
    SearchOptions options;
    options.symmetry = symmetry;
    const auto result = Search(machine, options);
    ASSERT_EQ(result.end, SearchEnd::kBroken);
    EXPECT_EQ(machine.PropertyName(result.finding.property), InfoOf(GetParam().mistake).breaks);
    EXPECT_EQ(TraceTo(machine, result, symmetry).steps.size(), GetParam().steps);
  }
}

INSTANTIATE_TEST_SUITE_P(All, Mistakes,
                         testing::Values(Found{Mistake::kDeleteAfterMissedDrain, 12},
                                         Found{Mistake::kDrainByOwnerOnly, 11},
                                         Found{Mistake::kEpochGuardedWhileReadOrWritten, 12},
                                         Found{Mistake::kSnapshotFenceByState, 12},
                                         Found{Mistake::kSnapshotFenceByClock, 7},
                                         Found{Mistake::kLeaseNotCompared, 6},
                                         Found{Mistake::kEpochNotRaisedByClaim, 5},
                                         Found{Mistake::kOrphanOwnerNotLookedAtAgain, 4},
                                         Found{Mistake::kTakeOverOfAnything, 8},
                                         Found{Mistake::kDrainIgnoresSession, 10},
                                         Found{Mistake::kCleanupAfterMissedRetire, 8}),
                         [](const auto& tested) {
                           std::string name(InfoOf(tested.param.mistake).name);
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

// The flagship race in words: a refresh lands between the shutdown's look at the lease and its
// drain, the drain misses, and the pod is deleted all the same.
TEST(FlagshipRace, IsToldStepByStep) {
  const Machine machine(Making(Mistake::kDeleteAfterMissedDrain));
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
            "cp-1 creates the pod of worker 1\n"
            "cp-1 publishes as reserved worker 1\n"
            "cp-1 begins to activate worker 1\n"
            "cp-1 finishes activating worker 1\n"
            "cp-1 has no client any more for worker 1\n"
            "cp-1 checks out the lease to refresh worker 1\n"
            "cp-1 begins to shut down\n"
            "cp-1 refreshes the lease of worker 1\n"
            "cp-1 tells the store that it shuts down\n"
            "cp-1 drains worker 1: the fence misses\n"
            "cp-1 deletes the pod of the drained worker 1\n");
}

}  // namespace
}  // namespace fencepost::models
