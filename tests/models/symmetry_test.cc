// Symmetry reduction stores one representative of the states that differ only by the names of
// control planes and workers. It is sound if renaming commutes with every step and changes no
// verdict.
#include <gtest/gtest.h>

#include <set>

#include "models/checker/run_search.h"
#include "models/lifecycle/machine.h"
#include "tests/models/naive.h"

namespace fencepost::models {
namespace {

std::vector<Options> Configurations() {
  return {{.control_planes = 2, .workers = 1, .epochs = 2, .secrets = false},
          {.control_planes = 1, .workers = 2, .epochs = 2, .secrets = false},
          {.control_planes = 2,
           .workers = 2,
           .epochs = 1,
           .secrets = false,
           .crashes = false,
           .pauses = false}};
}

TEST(Symmetry, KeepsOneStateForEachClass) {
  for (const Options& options : Configurations()) {
    const Machine machine(options);
    std::set<State> classes;
    for (const State& state : Enumerate(machine).states) classes.insert(machine.Canonical(state));
    SearchOptions reduced;
    reduced.symmetry = true;
    const auto result = Search(machine, reduced);
    EXPECT_EQ(result.end, SearchEnd::kComplete);
    EXPECT_EQ(result.states, classes.size()) << options.Sentence();
  }
}

TEST(Symmetry, CommutesWithEveryStep) {
  const auto nexts = [](const Machine& machine, const State& state) {
    Steps<State> steps;
    machine.Expand(state, steps);
    std::multiset<std::pair<State, std::uint8_t>> nexts;
    for (const Step<State>& step : steps) nexts.emplace(machine.Canonical(step.next), step.broken);
    return nexts;
  };
  for (const Options& options : Configurations()) {
    const Machine machine(options);
    std::size_t looked_at = 0;
    for (const State& state : Enumerate(machine).states) {
      if (++looked_at % 7 != 0) continue;  // a sample keeps the test within a second
      const State canonical = machine.Canonical(state);
      ASSERT_EQ(machine.Canonical(canonical), canonical);
      ASSERT_EQ(machine.Broken(state), machine.Broken(canonical));
      ASSERT_EQ(machine.MayEnd(state), machine.MayEnd(canonical));
      ASSERT_EQ(nexts(machine, state), nexts(machine, canonical)) << machine.DescribeState(state);
    }
  }
}

}  // namespace
}  // namespace fencepost::models
