#include "models/checker/visited_set.h"

#include <gtest/gtest.h>

#include <atomic>

#include "models/checker/parallel.h"

namespace fencepost::models {
namespace {

Packed<2> Numbered(std::uint64_t n) { return {{n * 0x9e3779b97f4a7c15, n}}; }

template <class Set, bool Concurrent = false>
bool Add(Set& set, const Packed<2>& state) {
  return set.template Insert<Concurrent>(state, HashOf(state));
}

TEST(VisitedSet, HoldsEachStateOnceAndAcrossGrowth) {
  VisitedSet<Packed<2>, ExactSlots> set(1024);
  for (std::uint64_t n = 0; n < 50'000; ++n) {
    if (n + 1 >= set.room()) set.Grow(set.capacity() / 5 * 7);
    ASSERT_TRUE(Add(set, Numbered(n))) << n;
    ASSERT_FALSE(Add(set, Numbered(n / 2))) << n;
  }
  std::size_t found = 0;
  for (std::size_t slot = 0; slot < set.slot_numbers(); ++slot) {
    if (set.Empty(slot)) continue;
    ++found;
    EXPECT_EQ(set.SlotOf(set.StateAt(slot)), slot);
  }
  EXPECT_EQ(found, 50'000U);
}

// Four threads move a table of several pieces concurrently.
TEST(VisitedSet, LosesNothingWhenManyThreadsMoveIt) {
  constexpr std::uint64_t kStates = 700'000;
  VisitedSet<Packed<2>, ExactSlots> exact(kStates * 5 / 4 + 8);
  VisitedSet<Packed<2>, CompactSlots> compact(kStates * 5 / 4 + 8);
  for (std::uint64_t n = 0; n < kStates; ++n) {
    ASSERT_TRUE(Add(exact, Numbered(n)));
    ASSERT_TRUE(Add(compact, Numbered(n)));
  }
  exact.Grow(exact.capacity() / 10 * 17, 4);
  compact.Grow(compact.capacity() / 10 * 17, 4);
  for (std::uint64_t n = 0; n < kStates; ++n) {
    ASSERT_FALSE(Add(exact, Numbered(n))) << n;
    ASSERT_FALSE(Add(compact, Numbered(n))) << n;
    ASSERT_EQ(exact.StateAt(exact.SlotOf(Numbered(n))), Numbered(n));
  }
}

TEST(VisitedSet, TellsStatesApartThatDifferInOneWord) {
  VisitedSet<Packed<2>, ExactSlots> set(1024);
  EXPECT_TRUE(Add(set, {{0, 0}}));
  EXPECT_TRUE(Add(set, {{1, 0}}));
  EXPECT_TRUE(Add(set, {{0, 1}}));
  EXPECT_TRUE(Add(set, {{1, 1}}));
  EXPECT_FALSE(Add(set, {{0, 0}}));
}

// Four threads insert the same states in different orders: each state is new to exactly one.
TEST(VisitedSet, IsNewToOneThreadOnly) {
  constexpr std::uint64_t kStates = 40'000;
  VisitedSet<Packed<2>, ExactSlots> exact(2 * kStates);
  VisitedSet<Packed<2>, CompactSlots> compact(2 * kStates);
  std::atomic<std::uint64_t> new_exact{0};
  std::atomic<std::uint64_t> new_compact{0};
  RunInParallel(4, [&](int thread) {
    for (std::uint64_t i = 0; i < kStates; ++i) {
      const std::uint64_t n = (i * 7 + static_cast<std::uint64_t>(thread) * 9'973) % kStates;
      if (Add<decltype(exact), true>(exact, Numbered(n))) ++new_exact;
      if (Add<decltype(compact), true>(compact, Numbered(n))) ++new_compact;
    }
  });
  EXPECT_EQ(new_exact, kStates);
  EXPECT_EQ(new_compact, kStates);
}

// 2^32 states have 2^63 pairs, and there are 2^63 fingerprints.
TEST(OmissionProbability, IsTheNumberOfPairsOverTheNumberOfFingerprints) {
  EXPECT_DOUBLE_EQ(OmissionProbability(std::uint64_t{1} << 32), 1.0);
  EXPECT_DOUBLE_EQ(OmissionProbability(std::uint64_t{1} << 22), 1.0 / (1 << 20));
  EXPECT_EQ(OmissionProbability(0), 0.0);
}

}  // namespace
}  // namespace fencepost::models
