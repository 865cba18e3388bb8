// The small parts: generator, virtual time, task functions.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <array>
#include <chrono>
#include <memory>
#include <vector>

#include "sim/engine/random.h"
#include "sim/engine/task_function.h"
#include "sim/engine/virtual_time.h"

namespace fencepost::sim {
namespace {

using std::chrono::nanoseconds;

TEST(Random, SplitMixGivesItsPublishedSequence) {
  // First outputs for seed 1234567, as published with the reference implementation.
  uint64_t state = 1234567;
  EXPECT_EQ(SplitMix64(state), 6457827717110365317u);
  EXPECT_EQ(SplitMix64(state), 3203168211198807973u);
  EXPECT_EQ(SplitMix64(state), 9817491932198370423u);
}

TEST(Random, TheSequenceOfASeedNeverChanges) {
  // Computed with an independent implementation of xoshiro256++ seeded by SplitMix64(0).
  Random random(0);
  EXPECT_EQ(random.Next(), 0x53175d61490b23dfu);
  EXPECT_EQ(random.Next(), 0x61da6f3dc380d507u);
  EXPECT_EQ(random.Next(), 0x5c0fdf91ec9a7bfcu);
}

TEST(Random, BelowReachesEveryValueAboutEquallyOften) {
  // 60,000 draws from 6: the standard deviation of each count is 91, the allowance over 5 of it.
  Random random(7);
  std::array<int, 6> counts = {};
  for (int i = 0; i < 60'000; ++i) ++counts.at(random.Below(6));
  for (int count : counts) EXPECT_NEAR(count, 10'000, 500);
}

TEST(Random, DerivedSeedsDiffer) {
  EXPECT_NE(DeriveSeed(1, 0), DeriveSeed(1, 1));
  EXPECT_NE(DeriveSeed(1, 0), DeriveSeed(2, 0));
  EXPECT_EQ(DeriveSeed(1, 2), DeriveSeed(1, 2));
}

TEST(VirtualTime, AddsComparesAndSaturates) {
  const VirtualTime start;
  EXPECT_EQ((start + nanoseconds(5)).nanos(), 5);
  EXPECT_EQ((start + nanoseconds(5)) - (start + nanoseconds(2)), nanoseconds(3));
  EXPECT_LT(start, start + nanoseconds(1));
  EXPECT_EQ(VirtualTime::Never() + nanoseconds(1), VirtualTime::Never());
  EXPECT_LT(start + nanoseconds(INT64_MAX - 1), VirtualTime::Never());
}

struct Probe {
  explicit Probe(std::shared_ptr<int> probe_calls) : calls(std::move(probe_calls)) {}
  std::shared_ptr<int> calls;
};

template <size_t kPadding>
void CheckFunctionOfSize() {
  auto calls = std::make_shared<int>(0);
  std::array<char, kPadding> padding = {};
  TaskFunction first([probe = Probe(calls), padding] { *probe.calls += 1 + padding[0]; });
  EXPECT_EQ(calls.use_count(), 2);
  TaskFunction second(std::move(first));
  EXPECT_FALSE(first);  // NOLINT: the moved-from state is part of the contract.
  second();
  first = std::move(second);
  first();
  EXPECT_EQ(*calls, 2);
  EXPECT_EQ(calls.use_count(), 2);
  first.Reset();
  EXPECT_EQ(calls.use_count(), 1);
}

TEST(TaskFunction, MovesCallsAndDestroysSmallCallablesInline) { CheckFunctionOfSize<8>(); }
TEST(TaskFunction, MovesCallsAndDestroysLargeCallablesOnTheHeap) { CheckFunctionOfSize<200>(); }

}  // namespace
}  // namespace fencepost::sim
