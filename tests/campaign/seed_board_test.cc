// Whatever order lots are delivered in, the result is that of running the seeds one by one.
#include "campaign/seed_board.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace fencepost::campaign {
namespace {

// One execution for each seed; a finding at each seed of `findings` ends its lot.
SeedBoard::LotResult RunLot(const SeedBoard::Lot& lot, const std::vector<std::uint64_t>& findings) {
  SeedBoard::LotResult result;
  for (std::uint64_t seed = lot.seeds.first;; ++seed) {
    RunReport report;
    report.hash = seed;
    result.tally.Add(report);
    ++result.tally.probes["lot " + std::to_string(lot.index)];
    if (std::find(findings.begin(), findings.end(), seed) != findings.end()) {
      result.finding.emplace();
      result.finding->seed = seed;
      return result;
    }
    if (seed == lot.seeds.last) return result;
  }
}

SeedBoard::LotResult RunAll(SeedRange seeds, const std::vector<std::uint64_t>& findings,
                            bool backwards) {
  SeedBoard board(seeds, std::nullopt);
  std::vector<SeedBoard::Lot> lots;
  while (const auto lot = board.Claim()) lots.push_back(*lot);
  if (backwards) std::reverse(lots.begin(), lots.end());
  for (const SeedBoard::Lot& lot : lots) board.Deliver(lot, RunLot(lot, findings));
  return board.TakeResult();
}

TEST(SeedBoard, HandsOutEverySeedOnce) {
  for (const SeedRange seeds : {SeedRange{1, 1}, {5, 68}, {5, 69}, {0, 1000}}) {
    const auto result = RunAll(seeds, {}, false);
    EXPECT_EQ(result.tally.executions, seeds.last - seeds.first + 1);
    EXPECT_FALSE(result.finding);
  }
}

TEST(SeedBoard, ReachesTheLargestSeed) {
  const auto result = RunAll({UINT64_MAX - 100, UINT64_MAX}, {UINT64_MAX}, true);
  EXPECT_EQ(result.tally.executions, 101U);
  ASSERT_TRUE(result.finding);
  EXPECT_EQ(result.finding->seed, UINT64_MAX);
}

TEST(SeedBoard, ReportsTheLowestSeedWhateverTheOrderOfDelivery) {
  for (const bool backwards : {false, true}) {
    const auto result = RunAll({1, 1000}, {700, 300, 990}, backwards);
    ASSERT_TRUE(result.finding);
    EXPECT_EQ(result.finding->seed, 300U);
    EXPECT_EQ(result.finding->execution, 300U);
    EXPECT_EQ(result.tally.executions, 300U);
    EXPECT_EQ(result.tally.digest, RunAll({1, 1000}, {300}, false).tally.digest);
    EXPECT_EQ(result.tally.probes.size(), 5U);  // 300 seeds are in the first five lots of 64
  }
}

TEST(SeedBoard, StopsHandingOutAfterAFinding) {
  SeedBoard board({1, 1000}, std::nullopt);
  const auto first = board.Claim();
  const auto second = board.Claim();
  board.Deliver(*second, RunLot(*second, {second->seeds.first}));
  EXPECT_FALSE(board.Claim());
  EXPECT_FALSE(board.IsOver(*first)) << "a lower lot may hold a lower finding";
}

// A point that is new at execution 100 of a lot's run counts from there, whichever thread was
// first.
TEST(SeedBoard, EndsWithTheLotInWhichThePlateauIsReached) {
  for (const bool backwards : {false, true}) {
    SeedBoard board({1, 1000}, std::nullopt, 150);
    std::vector<SeedBoard::Lot> lots;
    while (const auto lot = board.Claim()) lots.push_back(*lot);
    if (backwards) std::reverse(lots.begin(), lots.end());
    for (const SeedBoard::Lot& lot : lots) {
      SeedBoard::LotResult result = RunLot(lot, {});
      if (lot.index == 0) result.coverage = {{"a", 1}};
      if (lot.index == 1) result.coverage = {{"b", 36}, {"a", 64}};
      board.Deliver(lot, std::move(result));
    }
    EXPECT_EQ(board.stopped(), StopReason::kPlateau);
    EXPECT_EQ(board.TakeResult().tally.executions, 256U) << "100 + 150, up to the end of the lot";
  }
}

TEST(SeedBoard, StopsHandingOutOnAPlateau) {
  SeedBoard board({1, 1000}, std::nullopt, 64);
  const auto first = board.Claim();
  const auto second = board.Claim();
  board.Deliver(*first, RunLot(*first, {}));
  EXPECT_FALSE(board.Claim());
  EXPECT_TRUE(board.IsOver(*second));
}

}  // namespace
}  // namespace fencepost::campaign
