// Conformance reads all events of a run, and a reduction runs one order of independent steps for
// all: its verdict must be the same for each of these orders. Shown on a planted story whose
// mistake only conformance sees, and only in some orders.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <set>
#include <string>

#include "scenarios/runner.h"
#include "sim/engine/replay.h"
#include "sim/engine/search.h"
#include "tests/cli/planted_world/activated_twice.h"
#include "tests/sim/engine/plain_search.h"

namespace fencepost {
namespace {

using Class = sim::PlainSearch::Class;

const Scenario& Story() {
  static const Scenario story = planted::ActivatedTwice();
  return story;
}

std::unique_ptr<Runner> RunnerOf(bool conform) {
  RunOptions options;
  options.swarm = false;
  options.parameters = {{"workers", 1}};
  options.conform = conform;
  auto runner = Runner::Create(Story(), options);
  EXPECT_TRUE(runner.ok()) << runner.status();
  return *std::move(runner);
}

// The execution that `ran` has just run, once more and judged: what conformance says against it. A
// refusal ends it where it is found, and so would make it another execution: the search itself goes
// without.
std::string RefusalOf(Runner& judge, const Runner& ran) {
  const auto choices = ran.trace().choices();
  sim::Replay again({choices.begin(), choices.end()});
  const RunReport report = judge.Run(again);
  if (report.end == RunEnd::kPassed) return "";
  EXPECT_EQ(report.end, RunEnd::kPropertyBroken);
  EXPECT_EQ(report.violation->property, kConformanceProperty);
  return report.violation->detail;
}

// How many of the executions that the search runs are refused for each reason; "" is for those that
// conform.
std::map<std::string, std::uint64_t> Refusals(sim::Reduction reduction) {
  const auto search = sim::MakeSearch(reduction, {});
  const auto runner = RunnerOf(false);
  const auto judge = RunnerOf(true);
  std::map<std::string, std::uint64_t> refusals;
  while (runner->Run(search->strategy()).end != RunEnd::kExhausted) {
    if (!search->last_was_redundant()) ++refusals[RefusalOf(*judge, *runner)];
  }
  EXPECT_TRUE(search->report().complete()) << search->report().Sentence();
  return refusals;
}

std::map<Class, std::set<std::string>> RefusalsByClass() {
  sim::PlainSearch search;
  const auto runner = RunnerOf(false);
  const auto judge = RunnerOf(true);
  std::map<Class, std::set<std::string>> refusals;
  while (runner->Run(search).end != RunEnd::kExhausted) {
    refusals[search.ClassOfLast()].insert(RefusalOf(*judge, *runner));
  }
  return refusals;
}

TEST(ConformanceUnderReduction, HasOneVerdictForEquivalentExecutions) {
  std::set<std::string> seen;
  for (const auto& [name, refusals] : RefusalsByClass()) {
    EXPECT_EQ(refusals.size(), 1U) << testing::PrintToString(refusals);
    seen.insert(refusals.begin(), refusals.end());
  }
  EXPECT_EQ(seen.size(), 2U) << "some conform, and the others are refused for one reason: "
                             << testing::PrintToString(seen);
}

TEST(ConformanceUnderReduction, RefusesOneExecutionOfEachRefusedClass) {
  std::map<std::string, std::uint64_t> of_classes;
  for (const auto& [name, refusals] : RefusalsByClass()) ++of_classes[*refusals.begin()];
  EXPECT_EQ(Refusals(sim::Reduction::kPartialOrder), of_classes);
  std::uint64_t classes = 0;
  for (const auto& [refusal, count] : of_classes) classes += count;
  const auto plain = Refusals(sim::Reduction::kNone);
  EXPECT_GT(plain.at(""), 2 * classes) << "the classes are not trivial";
}

TEST(ConformanceUnderReduction, FindsTheSameRefusalsOnFromEachStateOnce) {
  std::set<std::string> plain;
  std::set<std::string> by_states;
  for (const auto& [refusal, count] : Refusals(sim::Reduction::kNone)) plain.insert(refusal);
  for (const auto& [refusal, count] : Refusals(sim::Reduction::kStates)) by_states.insert(refusal);
  EXPECT_EQ(by_states, plain);
}

}  // namespace
}  // namespace fencepost
