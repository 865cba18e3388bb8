// Reduced searches against the plain one, on small random programs: the same end states, exactly
// one execution of each class of equivalent ones.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "sim/engine/engine.h"
#include "sim/engine/reduction/exhaustive.h"
#include "sim/engine/reduction/partial_order_reduction.h"
#include "sim/engine/reduction/search.h"
#include "sim/engine/reduction/state_caching.h"
#include "tests/sim/engine/plain_search.h"
#include "tests/sim/engine/small_program.h"

namespace fencepost::sim {
namespace {

struct Outcome {
  std::set<std::string> states;
  uint64_t executions = 0;
  uint64_t redundant = 0;
  bool complete = false;
};

template <class Search>
Outcome SearchAll(Search& search, const Program& program, uint32_t timer_race,
                  const std::function<bool()>& redundant,
                  const std::function<void(const std::string&)>& seen = {}) {
  EngineOptions options;
  options.timer_race_weight = timer_race;
  Engine engine(options);
  Outcome outcome;
  for (;;) {
    Machine machine(engine, program);
    const ExecutionResult result = engine.Execute(search, [&machine] { machine.Run(); });
    if (result.end == End::kExhausted) break;
    if (redundant()) continue;
    outcome.states.insert(machine.State(result));
    if (seen) seen(machine.State(result));
  }
  outcome.executions = search.report().executions;
  outcome.redundant = search.report().redundant;
  outcome.complete = search.report().complete_within_bounds();
  return outcome;
}

constexpr uint64_t kMostPlainExecutions = 30'000;

void CheckReductions(const Program& program, ExhaustiveBounds bounds, uint32_t timer_race) {
  bounds.max_executions = kMostPlainExecutions;
  PlainSearch plain(bounds);
  std::set<PlainSearch::Class> classes;
  std::map<PlainSearch::Class, std::string> state_of;
  const Outcome all = SearchAll(
      plain, program, timer_race, [] { return false; },
      [&](const std::string& state) {
        const PlainSearch::Class name = plain.ClassOfLast();
        classes.insert(name);
        // Equivalent executions end in the same state.
        const auto [known, first] = state_of.emplace(name, state);
        if (!first) RC_ASSERT(known->second == state);
      });
  RC_PRE(all.complete);

  PartialOrderReduction reduced(bounds);
  const Outcome few =
      SearchAll(reduced, program, timer_race, [&] { return reduced.last_was_redundant(); });
  RC_ASSERT(few.complete);
  RC_ASSERT(few.states == all.states);
  RC_ASSERT(few.executions == classes.size());

  StateCaching caching(bounds);
  const Outcome cached =
      SearchAll(caching, program, timer_race, [&] { return caching.last_was_redundant(); });
  RC_ASSERT(cached.complete);
  RC_ASSERT(cached.states == all.states);
  RC_ASSERT(cached.executions <= all.executions);
}

RC_GTEST_PROP(Reduction, ReachesWhatThePlainSearchReaches, ()) {
  CheckReductions(*Programs(), {}, 0);
}

RC_GTEST_PROP(Reduction, WithTimersThatRace, ()) { CheckReductions(*Programs(), {}, 1); }

RC_GTEST_PROP(Reduction, WithinABoundOnFaults, ()) {
  ExhaustiveBounds bounds;
  bounds.max_faults = *rc::gen::inRange<uint64_t>(0, 3);
  CheckReductions(*Programs(), bounds, 0);
}

RC_GTEST_PROP(Reduction, CachingWithinABoundOnPreemptions, ()) {
  const Program program = *Programs();
  ExhaustiveBounds bounds;
  bounds.max_executions = kMostPlainExecutions;
  bounds.max_preemptions = *rc::gen::inRange<uint64_t>(0, 4);
  Exhaustive plain(bounds);
  const Outcome all = SearchAll(plain, program, 0, [] { return false; });
  RC_PRE(all.complete);
  StateCaching caching(bounds);
  const Outcome cached =
      SearchAll(caching, program, 0, [&] { return caching.last_was_redundant(); });
  RC_ASSERT(cached.complete);
  RC_ASSERT(cached.states == all.states);
}

TEST(Reduction, RunsEachPartialOrderOfAMutualExclusionOnce) {
  const Program program = MutualExclusion(2, 2);
  PlainSearch plain;
  std::set<PlainSearch::Class> classes;
  const Outcome all = SearchAll(
      plain, program, 0, [] { return false; },
      [&](const std::string&) { classes.insert(plain.ClassOfLast()); });
  PartialOrderReduction reduced;
  const Outcome few = SearchAll(reduced, program, 0, [&] { return reduced.last_was_redundant(); });
  EXPECT_EQ(few.executions, classes.size());
  EXPECT_EQ(few.states, all.states);
  EXPECT_LT(few.executions * 10, all.executions);
  EXPECT_EQ(few.redundant, 0u);
}

// An undeclared access is what a reduction cannot see: the test above can fail.
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

// A failure ends an execution before the others have run: it must be found all the same.
RC_GTEST_PROP(Reduction, FindsAFailureIfThereIsOne, ()) {
  const Program program = *Programs();
  const int bad = *rc::gen::inRange(0, 40);
  const auto fails = [&](auto& search) {
    Engine engine;
    for (;;) {
      Machine machine(engine, program, bad);
      const ExecutionResult result = engine.Execute(search, [&machine] { machine.Run(); });
      if (result.end == End::kExhausted) return false;
      if (result.end == End::kFailed) return true;
    }
  };
  ExhaustiveBounds bounds;
  bounds.max_executions = kMostPlainExecutions;
  Exhaustive plain(bounds);
  const bool there_is_one = fails(plain);
  RC_PRE(there_is_one || plain.report().complete());
  RC_CLASSIFY(there_is_one);
  PartialOrderReduction reduced;
  RC_ASSERT(fails(reduced) == there_is_one);
  StateCaching caching;
  RC_ASSERT(fails(caching) == there_is_one);
}

}  // namespace
}  // namespace fencepost::sim
