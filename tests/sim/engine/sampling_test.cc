// What the strategies that sample schedules promise, on programs whose number of bad schedules is
// known. Seeds are fixed: a test that passes once passes always.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <array>
#include <functional>

#include "sim/engine/engine.h"
#include "sim/engine/replay/replay.h"
#include "sim/engine/strategies/partial_order_sampling.h"
#include "sim/engine/strategies/pct.h"
#include "sim/engine/strategies/portfolio.h"
#include "sim/engine/strategies/reads_from.h"
#include "sim/engine/strategies/scaled_faults.h"
#include "sim/engine/strategies/uniform_walk.h"
#include "tests/sim/engine/program.h"

namespace fencepost::sim {
namespace {

const auto kNothingKnown = std::make_shared<const ProgramProfile>();

// Two tasks of kSteps steps each. The bug of depth `depth` needs so many orderings: for 1, that
// the second task begins first; for 2, that the first is interrupted exactly before its step
// number kSecret, for all of the second.
struct DeepBug {
  static constexpr int kSteps = 20;
  static constexpr int kSecret = 13;

  void operator()() {
    found = false;
    int first_at = 0;
    int second_began_at = -1;
    int second_ended_at = -1;
    const TaskId first = engine.Spawn(ProcessId{0}, Label::Of("first"), [&] {
      for (; first_at < kSteps; ++first_at) engine.Yield(Label::Of("a"));
    });
    const TaskId second = engine.Spawn(ProcessId{0}, Label::Of("second"), [&] {
      second_began_at = first_at;
      for (int i = 0; i < kSteps; ++i) engine.Yield(Label::Of("b"));
      second_ended_at = first_at;
    });
    engine.Join(first);
    engine.Join(second);
    found = depth == 1 ? second_ended_at == 0
                       : second_began_at == kSecret && second_ended_at == kSecret;
  }

  Engine& engine;
  int depth;
  bool found = false;
};

template <typename MakeStrategy>
int Found(int depth, int executions, MakeStrategy make) {
  Engine engine;
  DeepBug program{engine, depth};
  int found = 0;
  for (int seed = 0; seed < executions; ++seed) {
    auto strategy = make(static_cast<uint64_t>(seed));
    engine.Execute(strategy, std::ref(program));
    found += program.found;
  }
  return found;
}

constexpr uint32_t kLength = 2 * DeepBug::kSteps + 2;

// n = 2 tasks compete (the root only waits): at least 1 in 2. Of 10,000 fair tosses 4,800 or fewer
// are heads in 1 of 30,000 cases.
TEST(Pct, FindsABugOfDepthOneInHalfOfTheRuns) {
  EXPECT_GT(Found(1, 10'000, [](uint64_t seed) { return Pct(seed, 1, kLength); }), 4800);
}

// At least 1 / (2 * 42): 119 of 10,000 expected, standard deviation 11; three of them are allowed.
// A random walk must toss 2 * kSteps coins the right way, and never does.
TEST(Pct, FindsABugOfDepthTwoAsOftenAsItsBoundSays) {
  EXPECT_GT(Found(2, 10'000, [](uint64_t seed) { return Pct(seed, 2, kLength); }), 86);
  EXPECT_EQ(Found(2, 10'000, [](uint64_t seed) { return RandomWalk(seed); }), 0);
}

// With depth 1 nothing changes on the way: a bug that needs an interruption is out of reach.
TEST(Pct, DoesNotInterruptWithoutAChangePoint) {
  EXPECT_EQ(Found(2, 1000, [](uint64_t seed) { return Pct(seed, 1, kLength); }), 0);
}

TEST(Pct, ATaskThatPollsDoesNotRunForEver) {
  Engine engine({.step_limit = 100'000});
  for (uint64_t seed = 0; seed < 20; ++seed) {
    Pct strategy(seed, 3, 100);
    const ExecutionResult result = engine.Execute(strategy, [&engine] {
      bool ready = false;
      const TaskId poller = engine.Spawn(ProcessId{0}, Label::Of("poller"), [&] {
        while (!ready && engine.Yield(Label::Of("poll")) == Wake::kOk) {
        }
      });
      const TaskId worker = engine.Spawn(ProcessId{0}, Label::Of("worker"), [&] {
        for (int i = 0; i < 3; ++i) engine.Yield(Label::Of("work"));
        ready = true;
      });
      engine.Join(poller);
      engine.Join(worker);
    });
    EXPECT_EQ(result.end, End::kCompleted);
  }
}

// The paper's example: one step of a task against the long row of another. It comes last if its
// priority is below all of the other's: 1 in kLong + 1, however long the row. In a random walk it
// must lose kLong tosses in a row: 1 in 2^kLong.
TEST(PartialOrderSampling, AnOrderingDoesNotDependOnHowManyStepsItTakes) {
  constexpr int kLong = 19;
  constexpr int kExecutions = 10'000;
  Engine engine;
  int last = 0;
  for (uint64_t seed = 0; seed < kExecutions; ++seed) {
    PartialOrderSampling strategy(seed);
    engine.Execute(strategy, [&] {
      int steps = 0;
      const TaskId row = engine.Spawn(ProcessId{0}, Label::Of("row"), [&] {
        for (; steps < kLong; ++steps) engine.Yield(Label::Of("step"));
      });
      const TaskId one =
          engine.Spawn(ProcessId{0}, Label::Of("one"), [&] { last += steps == kLong; });
      engine.Join(row);
      engine.Join(one);
    });
  }
  // kLong yields are kLong + 1 pending steps of the row: 1 in 21 expected, 476 of 10,000, standard
  // deviation 21; four of them are allowed.
  EXPECT_NEAR(last, kExecutions / (kLong + 2), 4 * 21);
}

// Whatever decides, the choices are recorded and followed bit for bit; the same seed is the same
// run, in a used strategy too.
template <typename Strategy>
void ExpectReplayable(Strategy strategy, uint64_t program_seed) {
  Engine engine({.timer_race_weight = 1});
  RandomProgram program(engine, program_seed);
  const ExecutionResult recorded = engine.Execute(strategy, std::ref(program));
  const auto choices = engine.trace().choices();
  Replay replay({choices.begin(), choices.end()});
  RC_ASSERT(engine.Execute(strategy, std::ref(program)).hash == recorded.hash);
  RC_ASSERT(engine.Execute(replay, std::ref(program)).hash == recorded.hash);
  RC_ASSERT(!replay.parting().has_value());
}

RC_GTEST_PROP(Sampling, EveryRunCanBeReplayed, (uint64_t program_seed, uint64_t seed)) {
  ExpectReplayable(Pct(seed, 3, 64), program_seed);
  ExpectReplayable(PartialOrderSampling(seed), program_seed);
  ExpectReplayable(ScaledFaults(seed, {10, 1}, std::make_unique<RandomWalk>(seed)), program_seed);
}

// Counts how often each of two enabled faults and "no fault" is chosen at points of a portfolio's
// strategy for `seed`.
int FaultsOf(Strategy& strategy, int points) {
  const std::array<Alternative, 3> alternatives = {
      Alternative{.name = Label::Of("none"), .weight = 90},
      Alternative{.name = Label::Of("lost"), .weight = 10, .fault = true},
      Alternative{.name = Label::Of("off"), .weight = 0, .fault = true}};
  strategy.BeginExecution();
  int faults = 0;
  for (int i = 0; i < points; ++i) {
    const uint32_t chosen = strategy.Choose({ChoiceKind::kFault, Label::Of("call"), alternatives});
    EXPECT_NE(chosen, 2U) << "a disabled alternative";
    faults += chosen != 0;
  }
  return faults;
}

// Of 1,000 points 100 have a fault at the usual rate of 10 %; standard deviation at most 16.
TEST(Portfolio, EightSeedsInARowDifferInFaultsAndTheFirstHasNone) {
  const std::array<int, kPortfolioSize> expected = {0, 22, 308, 100, 526, 100, 22, 100};
  for (uint64_t seed = 1; seed <= 3 * kPortfolioSize; ++seed) {
    const auto strategy = PortfolioStrategy(seed, kNothingKnown);
    EXPECT_NEAR(FaultsOf(*strategy, 1000), expected[(seed - 1) % kPortfolioSize], 4 * 16)
        << "seed " << seed;
  }
  EXPECT_EQ(FaultsOf(*PortfolioStrategy(1, kNothingKnown), 1000), 0);
  EXPECT_EQ(FaultsOf(*PortfolioStrategy(9, kNothingKnown), 1000), 0);
}

TEST(Portfolio, HasEachOrderOfTasks) {
  int walks = 0;
  int reads = 0;
  int uniform = 0;
  int samplings = 0;
  for (uint64_t seed = 1; seed <= kPortfolioSize; ++seed) {
    const auto strategy = PortfolioStrategy(seed, kNothingKnown);
    const auto* scaled = dynamic_cast<const ScaledFaults*>(strategy.get());
    const Strategy* order = scaled == nullptr ? strategy.get() : &scaled->rest();
    walks += dynamic_cast<const RandomWalk*>(order) != nullptr;
    reads += dynamic_cast<const ReadsFrom*>(order) != nullptr;
    uniform += dynamic_cast<const SelectivelyUniformWalk*>(order) != nullptr;
    samplings += dynamic_cast<const PartialOrderSampling*>(order) != nullptr;
  }
  EXPECT_EQ(walks, 1);
  EXPECT_EQ(reads, 5);
  EXPECT_EQ(uniform, 1);
  EXPECT_EQ(samplings, 1);
}

// The bug of depth two, which a random walk does not find, is found by the share of executions in
// which tasks have priorities.
TEST(Portfolio, FindsWhatARandomWalkDoesNot) {
  Engine engine;
  DeepBug program{engine, 2};
  int found = 0;
  for (uint64_t seed = 0; seed < 10'000; ++seed) {
    const auto strategy = PortfolioStrategy(seed, kNothingKnown);
    engine.Execute(*strategy, std::ref(program));
    found += program.found;
  }
  EXPECT_GT(found, 0);
}

}  // namespace
}  // namespace fencepost::sim
