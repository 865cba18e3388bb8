#include "sim/engine/reduction/exhaustive.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <chrono>
#include <set>
#include <string>
#include <vector>

#include "sim/engine/engine.h"

namespace fencepost::sim {
namespace {

using testing::HasSubstr;

uint64_t Binomial(uint64_t n, uint64_t k) {
  uint64_t result = 1;
  for (uint64_t i = 1; i <= k; ++i) result = result * (n - k + i) / i;
  return result;
}

// Runs one task for each element of `steps`, with that many steps, and returns the distinct orders.
std::set<std::string> OrdersFoundBy(Exhaustive& search, const std::vector<int>& steps) {
  Engine engine;
  std::set<std::string> orders;
  for (;;) {
    std::string order;
    const ExecutionResult result = engine.Execute(search, [&] {
      for (size_t task = 0; task < steps.size(); ++task) {
        const char letter = static_cast<char>('a' + task);
        engine.Spawn(ProcessId{0}, Label::Of(std::string(1, letter)),
                     [&, letter, count = steps[task]] {
                       for (int i = 0; i < count; ++i) {
                         if (i > 0) engine.Yield(Label::Of("step"));
                         order += letter;
                       }
                     });
      }
    });
    if (result.end == End::kExhausted) return orders;
    EXPECT_EQ(result.end, End::kCompleted) << result.message;
    orders.insert(order);
  }
}

RC_GTEST_PROP(Exhaustive, TwoTasksHaveBinomiallyManyInterleavings, ()) {
  const int n = *rc::gen::inRange(1, 6);
  const int m = *rc::gen::inRange(1, 6);
  Exhaustive search;
  const auto orders = OrdersFoundBy(search, {n, m});
  RC_ASSERT(search.report().executions == Binomial(n + m, n));
  RC_ASSERT(orders.size() == Binomial(n + m, n));
  RC_ASSERT(search.report().complete());
}

TEST(Exhaustive, ThreeTasksOfThreeSteps) {
  Exhaustive search;
  EXPECT_EQ(OrdersFoundBy(search, {3, 3, 3}).size(), 1680u);  // 9! / (3!)^3
  EXPECT_EQ(search.report().executions, 1680u);
  EXPECT_EQ(search.report().Sentence(), "complete: 1680 executions");
}

// An order made of r runs of equal letters has r - 2 preemptions, as one of its r - 1 switches
// follows the end of a task. There are C(n-1, ceil(r/2)-1) * C(m-1, floor(r/2)-1) of them
// beginning with the first task, and likewise with the second.
TEST(Exhaustive, PreemptionBoundsGiveTheKnownSmallerCounts) {
  const uint64_t counts[] = {2, 8, 26, 44, 62, 68, 70};
  for (uint64_t bound = 0; bound < std::size(counts); ++bound) {
    ExhaustiveBounds bounds;
    bounds.max_preemptions = bound;
    Exhaustive search(bounds);
    EXPECT_EQ(OrdersFoundBy(search, {4, 4}).size(), counts[bound]);
    EXPECT_EQ(search.report().executions, counts[bound]);
    EXPECT_TRUE(search.report().complete_within_bounds());
    EXPECT_EQ(search.report().complete(), bound == 6);
    EXPECT_EQ(search.report().preemption_cuts > 0, bound < 6);
  }
}

TEST(Exhaustive, ABoundSaysHowOftenItCut) {
  ExhaustiveBounds bounds;
  bounds.max_preemptions = 0;
  Exhaustive search(bounds);
  OrdersFoundBy(search, {2, 2});
  // Two executions, aabb and bbaa: in each, the first task's only yield offers the other task.
  EXPECT_EQ(search.report().preemption_cuts, 2u);
  EXPECT_EQ(search.report().Sentence(),
            "complete within its bounds: 2 executions; "
            "the bound on preemptions cut 2 alternatives");
}

uint64_t CountFaultRuns(Exhaustive& search, int points) {
  Engine engine;
  const Alternative alternatives[] = {{.name = Label::Of("fine")},
                                      {.name = Label::Of("disabled"), .weight = 0, .fault = true},
                                      {.name = Label::Of("lost"), .fault = true}};
  const auto program = [&] {
    for (int i = 0; i < points; ++i) {
      engine.Choose({ChoiceKind::kFault, Label::Of("call"), alternatives});
    }
  };
  while (engine.Execute(search, program).end != End::kExhausted) {
  }
  return search.report().executions;
}

TEST(Exhaustive, FaultBoundsGiveSumsOfBinomials) {
  for (uint64_t bound = 0; bound <= 5; ++bound) {
    ExhaustiveBounds bounds;
    bounds.max_faults = bound;
    Exhaustive search(bounds);
    uint64_t expected = 0;
    for (uint64_t k = 0; k <= bound; ++k) expected += Binomial(5, k);
    EXPECT_EQ(CountFaultRuns(search, 5), expected);
    EXPECT_EQ(search.report().complete(), bound == 5);
    EXPECT_TRUE(search.report().complete_within_bounds());
  }
}

TEST(Exhaustive, TheBoundOnExecutionsEndsTheSearchIncomplete) {
  ExhaustiveBounds bounds;
  bounds.max_executions = 69;
  Exhaustive search(bounds);
  EXPECT_EQ(OrdersFoundBy(search, {4, 4}).size(), 69u);
  EXPECT_TRUE(search.report().execution_cut);
  EXPECT_FALSE(search.report().complete_within_bounds());
  EXPECT_THAT(search.report().Sentence(), HasSubstr("not complete: 69 executions"));

  bounds.max_executions = 70;
  Exhaustive enough(bounds);
  OrdersFoundBy(enough, {4, 4});
  EXPECT_TRUE(enough.report().complete());
}

TEST(Exhaustive, IsNotCompleteBeforeTheSearchIsExhausted) {
  Engine engine;
  Exhaustive search;
  engine.Execute(search, [] {});
  EXPECT_FALSE(search.report().complete());
  EXPECT_EQ(engine.Execute(search, [] {}).end, End::kExhausted);
  EXPECT_TRUE(search.report().complete());
  EXPECT_EQ(engine.Execute(search, [] {}).end, End::kExhausted);
  EXPECT_EQ(search.report().executions, 1u);
}

TEST(Exhaustive, RandomBitsSpoilCompleteness) {
  Engine engine;
  ExhaustiveBounds bounds;
  bounds.fixed_random_bits = 99;
  Exhaustive search(bounds);
  const auto program = [&] { EXPECT_EQ(engine.RandomBits(Label::Of("bits")), 99u); };
  while (engine.Execute(search, program).end != End::kExhausted) {
  }
  EXPECT_EQ(search.report().random_bits, 1u);
  EXPECT_FALSE(search.report().complete_within_bounds());
}

TEST(Exhaustive, ExecutionsCutByALimitSpoilCompleteness) {
  EngineOptions options;
  options.time_limit = VirtualTime(std::chrono::seconds(1));
  Engine engine(options);
  Exhaustive search;
  const auto program = [&] { engine.SleepFor(std::chrono::seconds(2)); };
  while (engine.Execute(search, program).end != End::kExhausted) {
  }
  EXPECT_EQ(search.report().limited, 1u);
  EXPECT_FALSE(search.report().complete());
}

TEST(Exhaustive, AProgramThatIsNotDeterministicIsFoundOut) {
  Engine engine;
  Exhaustive search;
  int executions = 0;
  const auto program = [&] {
    const Alternative alternatives[] = {{.name = Label::Of("x")}, {.name = Label::Of("y")}};
    const char* point = executions++ == 0 ? "first time" : "second time";
    engine.Choose({ChoiceKind::kWorkload, Label::Of(point), alternatives});
  };
  while (engine.Execute(search, program).end != End::kExhausted) {
  }
  EXPECT_THAT(search.report().nondeterminism, HasSubstr("\"second time\""));
  EXPECT_FALSE(search.report().complete_within_bounds());
}

}  // namespace
}  // namespace fencepost::sim
