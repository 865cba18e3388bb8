// Conformance reads all events of a run, and a reduction runs one order of independent steps for
// all: its verdict must be the same for each of these orders. Shown on a planted story whose
// mistake only conformance sees, and only in some orders.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <set>
#include <string>

#include "scenarios/run/runner.h"
#include "sim/engine/reduction/search.h"
#include "sim/engine/replay/replay.h"
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

enum class Verdict : std::uint8_t { kConforms, kRefused };

// On the execution that `ran` has just run, by running it once more. A refusal ends it where it is
// found, and so would make it another execution: the search itself goes without.
Verdict VerdictOn(const Runner& ran, Runner& judge) {
  const auto choices = ran.trace().choices();
  sim::Replay again({choices.begin(), choices.end()});
  const RunReport report = judge.Run(again);
  if (report.end == RunEnd::kPassed) return Verdict::kConforms;
  EXPECT_EQ(report.end, RunEnd::kPropertyBroken);
  EXPECT_EQ(report.violation->property, kConformanceProperty);
  return Verdict::kRefused;
}

// So many executions of each verdict does the search run.
std::map<Verdict, std::uint64_t> Verdicts(sim::Reduction reduction) {
  const auto search = sim::MakeSearch(reduction, {});
  const auto runner = RunnerOf(false);
  const auto judge = RunnerOf(true);
  std::map<Verdict, std::uint64_t> verdicts;
  while (runner->Run(search->strategy()).end != RunEnd::kExhausted) {
    if (!search->last_was_redundant()) ++verdicts[VerdictOn(*runner, *judge)];
  }
  EXPECT_TRUE(search->report().complete()) << search->report().Sentence();
  return verdicts;
}

std::map<Class, std::set<Verdict>> VerdictsByClass() {
  sim::PlainSearch search;
  const auto runner = RunnerOf(false);
  const auto judge = RunnerOf(true);
  std::map<Class, std::set<Verdict>> verdicts;
  while (runner->Run(search).end != RunEnd::kExhausted) {
    verdicts[search.ClassOfLast()].insert(VerdictOn(*runner, *judge));
  }
  return verdicts;
}

TEST(ConformanceUnderReduction, HasOneVerdictForEquivalentExecutions) {
  std::set<Verdict> seen;
  for (const auto& [name, verdicts] : VerdictsByClass()) {
    EXPECT_EQ(verdicts.size(), 1U);
    seen.insert(verdicts.begin(), verdicts.end());
  }
  EXPECT_EQ(seen, (std::set{Verdict::kConforms, Verdict::kRefused}));
}

TEST(ConformanceUnderReduction, RefusesOneExecutionOfEachRefusedClass) {
  std::map<Verdict, std::uint64_t> of_classes;
  for (const auto& [name, verdicts] : VerdictsByClass()) ++of_classes[*verdicts.begin()];
  EXPECT_EQ(Verdicts(sim::Reduction::kPartialOrder), of_classes);
  for (const auto& [verdict, count] : Verdicts(sim::Reduction::kNone)) {
    EXPECT_GT(count, of_classes[verdict]) << "some classes have several executions";
  }
}

TEST(ConformanceUnderReduction, RefusesSomethingOnFromEachStateOnce) {
  const auto verdicts = Verdicts(sim::Reduction::kStates);
  EXPECT_GT(verdicts.at(Verdict::kConforms), 0U);
  EXPECT_GT(verdicts.at(Verdict::kRefused), 0U);
}

}  // namespace
}  // namespace fencepost
