// The table of strategies: what options take, what errors list, and what each makes of a seed.
#include "campaign/strategies.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

namespace fencepost::campaign {
namespace {

using testing::ElementsAre;

TEST(Strategies, HaveNamesOfTheirOwn) {
  std::set<std::string_view> names;
  for (const StrategyInfo& strategy : Strategies()) {
    EXPECT_TRUE(names.insert(strategy.name).second) << strategy.name;
    EXPECT_FALSE(strategy.sentence.empty());
  }
}

TEST(Strategies, ThatTakeSeedsMakeOneExecutionOfEach) {
  for (const StrategyInfo& strategy : Strategies()) {
    EXPECT_EQ(strategy.make != nullptr, strategy.use == StrategyUse::kSeeds) << strategy.name;
    if (strategy.make != nullptr) {
      EXPECT_NE(SeededStrategy(strategy.name, 1, std::make_shared<const sim::ProgramProfile>()),
                nullptr);
    }
  }
}

TEST(StrategyNames, AreThoseThatTheOptionTakes) {
  EXPECT_THAT(StrategyNames(/*campaign=*/false),
              ElementsAre("portfolio", "random-walk", "pct", "pos", "urw", "surw", "reads-from"));
  EXPECT_THAT(
      StrategyNames(/*campaign=*/true),
      ElementsAre("portfolio", "random-walk", "pct", "pos", "urw", "surw", "reads-from", "guided"));
}

TEST(StrategyNamed, TakesWhatItListsAndNothingElse) {
  for (const bool campaign : {false, true}) {
    for (const std::string_view name : StrategyNames(campaign)) {
      EXPECT_EQ(*StrategyNamed("fuzz", campaign, name), name);
    }
  }
  EXPECT_EQ(StrategyNamed("fuzz", true, "luck").status().message(),
            "fuzz takes no --strategy \"luck\"; it takes portfolio, random-walk, pct, pos, urw, "
            "surw, reads-from, guided");
  EXPECT_EQ(StrategyNamed("run", false, "guided").status().message(),
            "run takes no --strategy \"guided\" (which is for fuzz); it takes portfolio, "
            "random-walk, pct, pos, urw, surw, reads-from");
  EXPECT_EQ(StrategyNamed("run", false, "exhaustive").status().message(),
            "run takes no --strategy \"exhaustive\" (which is for explore); it takes portfolio, "
            "random-walk, pct, pos, urw, surw, reads-from");
}

TEST(UsesProfile, IsTrueOfThoseThatCountTheStepsOfAProgram) {
  for (const std::string_view name : {kPortfolio, kPct, kUrw, kSurw, kReadsFrom}) {
    EXPECT_TRUE(UsesProfile(name)) << name;
  }
  for (const std::string_view name : {kRandomWalk, kPos}) EXPECT_FALSE(UsesProfile(name)) << name;
}

TEST(Learns, IsTrueOfGuidedAlone) {
  for (const StrategyInfo& strategy : Strategies()) {
    EXPECT_EQ(Learns(strategy.name), strategy.name == kGuided) << strategy.name;
  }
}

}  // namespace
}  // namespace fencepost::campaign
