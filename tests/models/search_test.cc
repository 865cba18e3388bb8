#include <gtest/gtest.h>

#include "models/checker/run_search.h"
#include "models/checker/trace.h"
#include "tests/models/naive.h"
#include "tests/models/toy_model.h"

namespace fencepost::models {
namespace {

// 0 -> 1 -> 2 -> 3 and the longer path 0 -> 4 -> 5 -> 6 -> 3.
const std::vector<ToyEdge> kTwoWays = {{0, 4}, {4, 5}, {5, 6}, {6, 3}, {0, 1}, {1, 2}, {2, 3}};

TEST(Search, FindsWhatNaiveEnumerationFinds) {
  const NumbersModel numbers(30'000);
  const auto naive = Enumerate(numbers);
  for (const SearchOrder order : {SearchOrder::kBreadthFirst, SearchOrder::kDepthFirst}) {
    for (const bool compaction : {false, true}) {
      for (const int threads : {1, 2, 4}) {
        SearchOptions options;
        options.order = order;
        options.compaction = compaction;
        options.threads = threads;
        const auto result = Search(numbers, options);
        EXPECT_EQ(result.end, SearchEnd::kComplete);
        EXPECT_EQ(result.states, naive.states.size());
        EXPECT_EQ(result.steps, naive.steps);
        EXPECT_EQ(result.omission_probability > 0, compaction);
      }
    }
  }
}

TEST(Search, FindsADeadlockAndTheShortestWayToIt) {
  const ToyModel model{.edges = kTwoWays};
  const auto result = Search(model, {});
  ASSERT_EQ(result.end, SearchEnd::kDeadlock);
  const auto trace = TraceTo(model, result, false);
  EXPECT_EQ(trace.steps.size(), 3U);
  EXPECT_EQ(trace.end(), ToyModel::At(3));
}

TEST(Search, LeavesAnEndAlone) {
  EXPECT_EQ(Search(ToyModel{.edges = kTwoWays, .ends = {3}}, {}).end, SearchEnd::kComplete);
  SearchOptions options;
  options.deadlocks = false;
  EXPECT_EQ(Search(ToyModel{.edges = kTwoWays}, options).end, SearchEnd::kComplete);
}

TEST(Search, FindsABrokenStateAndABrokenStep) {
  const auto in_state = Search(ToyModel{.edges = kTwoWays, .broken = {5}, .ends = {3}}, {});
  ASSERT_EQ(in_state.end, SearchEnd::kBroken);
  EXPECT_EQ(in_state.depth, 1U);  // found when the states at distance 1 are expanded
  ToyModel model{.edges = kTwoWays, .ends = {3}};
  model.edges.push_back({6, 0, kUnfair, true});
  const auto in_step = Search(model, {});
  ASSERT_EQ(in_step.end, SearchEnd::kBroken);
  const auto trace = TraceTo(model, in_step, false);
  EXPECT_EQ(trace.steps.size(), 4U);
  EXPECT_EQ(trace.steps.back().broken, 0);
}

TEST(Search, DepthFirstComesWithItsPath) {
  SearchOptions options;
  options.order = SearchOrder::kDepthFirst;
  const ToyModel model{.edges = kTwoWays, .broken = {3}};
  const auto result = Search(model, options);
  ASSERT_EQ(result.end, SearchEnd::kBroken);
  ASSERT_FALSE(result.path.empty());
  const auto trace = TraceTo(model, result, false);
  EXPECT_EQ(trace.end(), ToyModel::At(3));
}

TEST(Search, FindsABrokenStart) {
  const ToyModel model{.edges = kTwoWays, .broken = {0}};
  const auto result = Search(model, {});
  ASSERT_EQ(result.end, SearchEnd::kBroken);
  EXPECT_TRUE(TraceTo(model, result, false).steps.empty());
}

TEST(Search, EndsClearlyAtTheMemoryLimit) {
  for (const SearchOrder order : {SearchOrder::kBreadthFirst, SearchOrder::kDepthFirst}) {
    SearchOptions options;
    options.order = order;
    options.memory_limit = std::size_t{6} << 20;
    const auto result = Search(NumbersModel(3'000'000), options);
    EXPECT_EQ(result.end, SearchEnd::kMemoryReached);
    EXPECT_GT(result.states, 50'000U);
    EXPECT_LT(result.states, 3'000'000U);
    EXPECT_LE(result.peak_bytes, options.memory_limit + (std::size_t{2} << 20));
  }
}

TEST(Search, TellsItsProgressAndStopsWhenAsked) {
  SearchOptions options;
  std::uint64_t last = 0;
  options.progress = [&last](const SearchProgress& progress) {
    EXPECT_GE(progress.states, last);
    last = progress.states;
    return progress.states > 1'000 ? SearchRequest::kStop : SearchRequest::kContinue;
  };
  const auto result = Search(NumbersModel(100'000), options);
  EXPECT_EQ(result.end, SearchEnd::kStopped);
  EXPECT_GT(result.states, 1'000U);
}

}  // namespace
}  // namespace fencepost::models
