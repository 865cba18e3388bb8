// How much the reductions leave out. That they leave out nothing that matters is shown by
// soundness/soundness_test.cc.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>
#include <vector>

#include "sim/engine/engine.h"
#include "sim/engine/reduction/partial_order_reduction.h"
#include "sim/engine/reduction/search.h"
#include "tests/sim/engine/plain_search.h"
#include "tests/sim/engine/soundness/comparison.h"
#include "tests/sim/engine/soundness/machine.h"
#include "tests/sim/engine/soundness/program_generator.h"

namespace fencepost::sim {
namespace {

struct Traces {
  std::set<PlainSearch::Class> classes;
  uint64_t executions = 0;
  bool complete = false;
  bool one_end_each = true;  // equivalent executions end in the same state
};

// The Mazurkiewicz traces of a program, by the plain search.
Traces TracesOf(const SmallProgram& program, ExhaustiveBounds bounds) {
  EngineOptions options;
  options.timer_race_weight = program.timer_race ? 1 : 0;
  Engine engine(options);
  PlainSearch plain(bounds);
  Traces traces;
  std::map<PlainSearch::Class, std::string> end_of;
  for (;;) {
    Machine machine(engine, program);
    const ExecutionResult result = engine.Execute(plain, [&machine] { machine.Run(); });
    if (result.end == End::kExhausted) break;
    const PlainSearch::Class name = plain.ClassOfLast();
    traces.classes.insert(name);
    const auto [known, first] = end_of.emplace(name, machine.EndState(result));
    if (!first && known->second != machine.EndState(result)) traces.one_end_each = false;
  }
  traces.executions = plain.report().executions;
  traces.complete = !plain.report().execution_cut && plain.report().limited == 0;
  return traces;
}

TEST(Reduction, RunsOneExecutionOfEachTrace) {
  uint64_t compared = 0;
  for (uint64_t seed = 1'000; seed < 1'300; ++seed) {
    const SmallProgram program = DrawProgram(seed).program;
    ExhaustiveBounds bounds;
    bounds.max_executions = 2'000;
    const Traces traces = TracesOf(program, bounds);
    if (!traces.complete) continue;
    ++compared;
    EXPECT_TRUE(traces.one_end_each) << TextOf(program);
    const Searched reduced = SearchEnds(program, Reduction::kPartialOrder, {});
    EXPECT_EQ(reduced.report.executions, traces.classes.size()) << TextOf(program);
    const Searched cached = SearchEnds(program, Reduction::kStates, {});
    EXPECT_LE(cached.report.executions, traces.executions) << TextOf(program);
  }
  EXPECT_GT(compared, 100u);
}

TEST(Reduction, RunsEachTraceOfAMutualExclusionOnce) {
  const SmallProgram program = ProgramOf(
      "p0: lock 0, add 0, unlock 0, lock 0, add 0, unlock 0;"
      "p1: lock 0, add 0, unlock 0, lock 0, add 0, unlock 0");
  const Traces traces = TracesOf(program, {});
  const Searched reduced = SearchEnds(program, Reduction::kPartialOrder, {});
  EXPECT_EQ(reduced.report.executions, traces.classes.size());
  EXPECT_LT(reduced.report.executions * 10, traces.executions);
  EXPECT_EQ(reduced.report.redundant, 0u);
}

// n readers of one variable and a writer: each reader comes before or after the writer ("readers",
// Abdulla et al., POPL 2014).
TEST(Reduction, RunsTwoToTheNumberOfReaders) {
  std::string text = "p0: write 0";
  for (int readers = 1; readers <= 6; ++readers) {
    text += "; p" + std::to_string(readers) + ": read 0";
    const Searched reduced = SearchEnds(ProgramOf(text), Reduction::kPartialOrder, {});
    EXPECT_EQ(reduced.report.executions, uint64_t{1} << readers);
  }
}

TEST(Reduction, RefusesABoundOnPreemptions) {
  ExhaustiveBounds bounds;
  bounds.max_preemptions = 1;
  EXPECT_THAT(std::string(WhyUnsound(Reduction::kPartialOrder, bounds)),
              testing::HasSubstr("preemptions"));
  EXPECT_EQ(WhyUnsound(Reduction::kStates, bounds), "");
  EXPECT_EQ(WhyUnsound(Reduction::kNone, bounds), "");
  bounds.max_preemptions = ExhaustiveBounds::kNone;
  bounds.max_faults = 1;
  for (const Reduction reduction : kAllReductions) EXPECT_EQ(WhyUnsound(reduction, bounds), "");
}

// A reduction cannot see an access that is not declared.
TEST(Reduction, MissesWhatIsNotDeclared) {
  Engine engine;
  PartialOrderReduction search;
  std::set<int> results;
  for (;;) {
    int shared = 0;
    const ExecutionResult result = engine.Execute(search, [&] {
      std::vector<TaskId> tasks;
      for (int i = 1; i <= 2; ++i) {
        const ProcessId process = engine.StartProcess(Label::Of("p" + std::to_string(i)));
        tasks.push_back(engine.Spawn(process, Label::Of("main"), [&shared, i] { shared = i; }));
      }
      engine.JoinAll(tasks);
    });
    if (result.end == End::kExhausted) break;
    results.insert(shared);
  }
  EXPECT_EQ(results.size(), 1u);
}

}  // namespace
}  // namespace fencepost::sim
