// The reduced searches reach the same ends of real scenarios as the plain search. If a part of the
// world did not declare what it touches, ends would be missing here.
#include <gtest/gtest.h>

#include <set>
#include <string>

#include "scenarios/run/runner.h"
#include "sim/engine/reduction/search.h"

namespace fencepost {
namespace {

struct SmallStory {
  std::string scenario;
  ParameterValues parameters;
};

void PrintTo(const SmallStory& story, std::ostream* out) { *out << story.scenario; }

struct Seen {
  std::set<std::uint64_t> ends;
  std::set<std::string> probes;
  sim::ExhaustiveReport report;
};

Seen SearchAll(const SmallStory& story, sim::Reduction reduction) {
  RunOptions options;
  options.swarm = false;
  options.conform = true;
  options.parameters = story.parameters;
  auto runner = Runner::Create(**FindScenario(story.scenario), options);
  EXPECT_TRUE(runner.ok()) << runner.status();
  const auto search = sim::MakeSearch(reduction, {});
  Seen seen;
  for (;;) {
    const RunReport report = (*runner)->Run(search->strategy());
    if (report.end == RunEnd::kExhausted) break;
    if (search->last_was_redundant()) continue;
    EXPECT_EQ(report.end, RunEnd::kPassed) << report.message;
    seen.ends.insert(report.final_state);
  }
  for (const auto& probe : (*runner)->probes().entries()) {
    if (probe.hits > 0) seen.probes.emplace(probe.name);
  }
  seen.report = search->report();
  return seen;
}

class ReducedStory : public testing::TestWithParam<SmallStory> {};

TEST_P(ReducedStory, EndsAsThePlainSearchDoes) {
  const Seen plain = SearchAll(GetParam(), sim::Reduction::kNone);
  ASSERT_TRUE(plain.report.complete()) << plain.report.Sentence();
  for (const sim::Reduction reduction : {sim::Reduction::kPartialOrder, sim::Reduction::kStates}) {
    const Seen reduced = SearchAll(GetParam(), reduction);
    EXPECT_TRUE(reduced.report.complete()) << reduced.report.Sentence();
    EXPECT_EQ(reduced.ends, plain.ends) << sim::ReductionName(reduction);
    EXPECT_EQ(reduced.probes, plain.probes) << sim::ReductionName(reduction);
    EXPECT_LT(reduced.report.executions, plain.report.executions);
  }
}

INSTANTIATE_TEST_SUITE_P(Small, ReducedStory,
                         testing::Values(SmallStory{"shutdown-vs-refresh", {{"faults", 1}}},
                                         SmallStory{"stale-health-check",
                                                    {{"workers", 1}, {"rounds", 1}, {"faults", 1}}},
                                         SmallStory{"orphan-vs-revived-owner",
                                                    {{"whole-pass", 0}, {"faults", 0}}}));

}  // namespace
}  // namespace fencepost
