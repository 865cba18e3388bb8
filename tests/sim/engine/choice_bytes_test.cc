// Executions as strings of bytes: what was recorded comes back bit for bit, and any bytes at all
// are an execution.
#include "sim/engine/replay/choice_bytes.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <array>
#include <functional>

#include "sim/engine/engine.h"
#include "sim/engine/replay/replay.h"
#include "sim/engine/strategies/random_walk.h"
#include "tests/sim/engine/program.h"

namespace fencepost::sim {
namespace {

RC_GTEST_PROP(ChoiceBytes, TheBytesOfARunAreTheRun, (uint64_t program_seed, uint64_t seed)) {
  Engine engine({.timer_race_weight = 1});
  RandomProgram program(engine, program_seed);
  RandomWalk walk(seed);
  const ExecutionResult recorded = engine.Execute(walk, std::ref(program));
  const auto bytes = BytesOf(engine.trace().choices());
  ChoiceBytes again(bytes);
  const ExecutionResult repeated = engine.Execute(again, std::ref(program));
  RC_ASSERT(repeated.hash == recorded.hash);
  RC_ASSERT(again.used() == bytes.size());
  RC_ASSERT(BytesOf(engine.trace().choices()) == bytes);
}

// A prefix, or rubbish, runs to its end, and its recording is followed without a parting.
RC_GTEST_PROP(ChoiceBytes, AnyBytesAreAnExecution,
              (uint64_t program_seed, const std::vector<uint8_t>& bytes)) {
  Engine engine({.timer_race_weight = 1});
  RandomProgram program(engine, program_seed);
  ChoiceBytes strategy(bytes);
  const ExecutionResult result = engine.Execute(strategy, std::ref(program));
  RC_ASSERT(strategy.used() <= bytes.size());
  RC_ASSERT(engine.Execute(strategy, std::ref(program)).hash == result.hash);
  const auto choices = engine.trace().choices();
  Replay replay({choices.begin(), choices.end()});
  RC_ASSERT(engine.Execute(replay, std::ref(program)).hash == result.hash);
  RC_ASSERT(!replay.parting().has_value());
}

std::array<Alternative, 4> Four(ChoiceKind kind) {
  const bool fault = kind == ChoiceKind::kFault;
  return {Alternative{.name = Label::Of("none")},
          Alternative{.name = Label::Of("a"), .fault = fault},
          Alternative{.name = Label::Of("off"), .weight = 0, .fault = fault},
          Alternative{.name = Label::Of("b"), .weight = 1000, .fault = fault}};
}

uint32_t Chosen(ChoiceKind kind, std::vector<uint8_t> bytes) {
  const auto alternatives = Four(kind);
  ChoiceBytes strategy(std::move(bytes));
  strategy.BeginExecution();
  return strategy.Choose({kind, Label::Of("point"), alternatives});
}

TEST(ChoiceBytes, AByteIsAnIndexAndAnythingElseIsSomethingHarmless) {
  for (const ChoiceKind kind : {ChoiceKind::kFault, ChoiceKind::kWorkload}) {
    EXPECT_EQ(Chosen(kind, {}), 0U);
    EXPECT_EQ(Chosen(kind, {0}), 0U);
    EXPECT_EQ(Chosen(kind, {1}), 1U);
    EXPECT_EQ(Chosen(kind, {2}), 3U) << "the next that is enabled";
    EXPECT_EQ(Chosen(kind, {3}), 3U);
  }
  EXPECT_EQ(Chosen(ChoiceKind::kFault, {5}), 0U) << "no fault";
  EXPECT_EQ(Chosen(ChoiceKind::kWorkload, {5}), 1U) << "around";
}

TEST(ChoiceBytes, ManyAlternativesTakeTwoBytes) {
  std::vector<Alternative> alternatives(300, Alternative{.name = Label::Of("x")});
  ChoiceBytes strategy({0x2b, 0x01, 7});
  strategy.BeginExecution();
  const ChoicePoint point{ChoiceKind::kWorkload, Label::Of("point"), alternatives};
  EXPECT_EQ(strategy.Choose(point), 299U);
  EXPECT_EQ(strategy.used(), 2U);
  const Choice choice{ChoiceKind::kWorkload, point.name, Label::Of("x"), 299, 300, 0};
  EXPECT_EQ(BytesOf(std::array{choice}), (std::vector<uint8_t>{0x2b, 0x01}));
}

TEST(ChoiceBytes, RandomBitsAreEightBytesTheLowestFirst) {
  ChoiceBytes strategy({1, 2, 3, 4, 5, 6, 7, 8, 9});
  strategy.BeginExecution();
  EXPECT_EQ(strategy.RandomBits(Label::Of("bits")), 0x0807060504030201U);
  EXPECT_EQ(strategy.RandomBits(Label::Of("bits")), 9U) << "what is missing is 0";
  EXPECT_EQ(strategy.RandomBits(Label::Of("bits")), 0U);
}

}  // namespace
}  // namespace fencepost::sim
