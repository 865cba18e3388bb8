// The exact number of distinct states of each small configuration. The checker and the independent
// enumeration of naive.h must agree on each number. A change of the lifecycle table or of a
// choreography changes these numbers.
#include <gtest/gtest.h>

#include "models/checker/run_search.h"
#include "models/lifecycle/machine.h"
#include "tests/models/naive.h"

namespace fencepost::models {
namespace {

struct Counted {
  const char* what;
  Options options;
  std::uint64_t states;
  std::uint64_t steps;
};
void PrintTo(const Counted& counted, std::ostream* out) { *out << counted.options.Sentence(); }

Options Faultless(int control_planes, int workers, int epochs) {
  return {.control_planes = control_planes,
          .workers = workers,
          .epochs = epochs,
          .crashes = false,
          .pauses = false,
          .lost_replies = false};
}

Options Faulty(int control_planes, int workers, int epochs) {
  return {.control_planes = control_planes, .workers = workers, .epochs = epochs};
}

class LifecycleCounts : public testing::TestWithParam<Counted> {};

TEST_P(LifecycleCounts, AreExactHoweverTheyAreCounted) {
  const Machine machine(GetParam().options);
  const auto naive = Enumerate(machine);
  EXPECT_EQ(naive.states.size(), GetParam().states);
  EXPECT_EQ(naive.steps, GetParam().steps);
  EXPECT_EQ(naive.deadlocks, 0U);
  EXPECT_TRUE(naive.broken.empty());
  for (const SearchOrder order : {SearchOrder::kBreadthFirst, SearchOrder::kDepthFirst}) {
    for (const int threads : {1, 2}) {
      SearchOptions options;
      options.order = order;
      options.threads = threads;
      const auto result = Search(machine, options);
      EXPECT_EQ(result.end, SearchEnd::kComplete);
      EXPECT_EQ(result.states, GetParam().states);
      EXPECT_EQ(result.steps, GetParam().steps);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(
    Small, LifecycleCounts,
    testing::Values(Counted{"one_of_each", Faultless(1, 1, 1), 541, 1448},
                    Counted{"three_epochs", Faultless(1, 1, 3), 1205, 3527},
                    Counted{"two_control_planes", Faultless(2, 1, 3), 36865, 184572},
                    Counted{"two_workers", Faultless(1, 2, 2), 61104, 221471},
                    Counted{"one_of_each_with_faults", Faulty(1, 1, 3), 7738, 57049},
                    Counted{"two_control_planes_with_faults", Faulty(2, 1, 3), 584862, 7040278},
                    Counted{"two_workers_with_faults", Faulty(1, 2, 1), 319197, 2464626}),
    [](const auto& tested) { return tested.param.what; });

}  // namespace
}  // namespace fencepost::models
