// What learning from coverage promises, on programs whose odds are known. Seeds are fixed.
#include "sim/engine/strategies/guided.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <array>
#include <functional>

#include "sim/engine/engine.h"
#include "sim/engine/replay/replay.h"
#include "tests/sim/engine/program.h"

namespace fencepost::sim {
namespace {

// A lock of kDigits digits of 16 values each, which says how many of them were right before the
// first wrong one.
struct CombinationLock {
  static constexpr uint32_t kDigits = 5;
  static constexpr std::array<uint32_t, kDigits> kCode = {3, 1, 4, 1, 5};

  void operator()() {
    right = 0;
    std::array<Alternative, 16> values;
    for (uint32_t i = 0; i < values.size(); ++i) {
      values[i].name = Label::Of("v" + std::to_string(i));
    }
    while (right < kDigits) {
      if (engine.Choose({ChoiceKind::kWorkload, Label::Of("digit"), values}) != kCode[right])
        return;
      ++right;
    }
  }

  Engine& engine;
  uint32_t right = 0;
};

// By chance 16^5 = 1,048,576 executions are expected. Step by step: a digit more is kept when it is
// found, and from there on one mutant in some dozens has the next one.
TEST(Guided, OpensALockDigitByDigit) {
  for (uint64_t base = 0; base < 5; ++base) {
    Engine engine;
    CombinationLock lock{engine};
    ChoiceCorpus corpus(CombinationLock::kDigits + 1);
    Guided strategy(corpus);
    uint64_t executions = 0;
    while (lock.right < CombinationLock::kDigits) {
      ASSERT_LT(++executions, 10'000U);
      strategy.Mutate(base * 1'000'000 + executions);
      engine.Execute(strategy, std::ref(lock));
      corpus.Learn(engine.trace().choices(), std::array{lock.right});
    }
  }
}

RC_GTEST_PROP(Guided, EveryMutantIsAnExecutionThatCanBeReplayed,
              (uint64_t program_seed, uint64_t seed)) {
  Engine engine({.timer_race_weight = 1});
  RandomProgram program(engine, program_seed);
  ChoiceCorpus corpus(64);
  Guided strategy(corpus);
  for (uint64_t i = 0; i < 20; ++i) {
    strategy.Mutate(seed + i);
    const ExecutionResult result = engine.Execute(strategy, std::ref(program));
    const auto choices = engine.trace().choices();
    Replay replay({choices.begin(), choices.end()});
    RC_ASSERT(engine.Execute(replay, std::ref(program)).hash == result.hash);
    RC_ASSERT(!replay.parting().has_value());
    corpus.Learn(engine.trace().choices(), std::array{static_cast<uint32_t>(result.hash % 64)});
  }
}

RC_GTEST_PROP(Guided, FollowsExactlyWhatItIsToldTo, (uint64_t program_seed, uint64_t seed)) {
  Engine engine({.timer_race_weight = 1});
  RandomProgram program(engine, program_seed);
  RandomWalk walk(seed);
  const ExecutionResult recorded = engine.Execute(walk, std::ref(program));
  const auto choices = engine.trace().choices();
  ChoiceCorpus corpus(1);
  Guided strategy(corpus);
  strategy.Follow({choices.begin(), choices.end()});
  RC_ASSERT(engine.Execute(strategy, std::ref(program)).hash == recorded.hash);
}

std::vector<Choice> Choices(size_t count) {
  return std::vector<Choice>(count,
                             {.point = Label::Of("x"), .chosen = Label::Of("y"), .count = 2});
}

TEST(ChoiceCorpus, KeepsTheShortestForEachFeature) {
  ChoiceCorpus corpus(10);
  EXPECT_TRUE(corpus.Learn(Choices(5), std::array{1U, 2U}));
  EXPECT_FALSE(corpus.Learn(Choices(5), std::array{1U})) << "nothing new";
  EXPECT_FALSE(corpus.Learn(Choices(3), std::array{1U})) << "nothing new, but shorter";
  EXPECT_EQ(corpus.Kept().size(), 2U);
  EXPECT_FALSE(corpus.Learn(Choices(2), std::array{1U, 2U})) << "shorter for both";
  ASSERT_EQ(corpus.Kept().size(), 1U);
  EXPECT_EQ(corpus.Kept()[0].size(), 2U);
  EXPECT_EQ(corpus.reached(), 2U);
}

// Of 3 drawn from 2 features, both are drawn in 3 cases of 4; the rare one wins then, and if only
// it was drawn: 7 of 8 are expected.
TEST(ChoiceCorpus, PrefersWhatIsRare) {
  ChoiceCorpus corpus(10);
  corpus.Learn(Choices(1), std::array{1U});
  corpus.Learn(Choices(2), std::array{2U});
  for (int i = 0; i < 10; ++i) corpus.Learn(Choices(3), std::array{1U});
  Random random(1);
  int rare = 0;
  for (int i = 0; i < 800; ++i) rare += corpus.Pick(random).size() == 2;
  EXPECT_NEAR(rare, 700, 4 * 10);
}

TEST(ChoiceCorpus, IsBounded) {
  ChoiceCorpus corpus(2000);
  size_t kept = 0;
  for (uint32_t feature = 0; feature < 2000; ++feature) {
    kept += corpus.Learn(Choices(1000), std::array{feature});
  }
  EXPECT_EQ(kept, ChoiceCorpus::kMostChoices / 1000);
  EXPECT_EQ(corpus.Kept().size(), kept);
  EXPECT_EQ(corpus.reached(), 2000U) << "what was reached is known all the same";
  Random random(1);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(corpus.Pick(random).size(), 1000U);
}

TEST(FaultFeatures, TellWhichFaultHitWhichTask) {
  const auto with = [](const char* task, const char* fault, uint32_t index) {
    const std::array<Choice, 2> choices = {
        Choice{.point = Label::Of("go"), .chosen = Label::Of(task), .count = 2},
        Choice{.kind = ChoiceKind::kFault,
               .point = Label::Of("call"),
               .chosen = Label::Of(fault),
               .index = index,
               .count = 3}};
    return FaultFeatures(choices);
  };
  EXPECT_TRUE(with("a", "none", 0).empty());
  EXPECT_EQ(with("a", "lost", 1), with("a", "lost", 1));
  EXPECT_NE(with("a", "lost", 1), with("b", "lost", 1));
  EXPECT_NE(with("a", "lost", 1), with("a", "slow", 2));
}

}  // namespace
}  // namespace fencepost::sim
