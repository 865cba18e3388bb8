// Shards are a partition: together they are the range, and no seed is in two of them.
#include "campaign/shard.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

namespace fencepost::campaign {
namespace {

TEST(Shard, RefusesMoreShardsThanSeeds) {
  EXPECT_EQ(SeedsOfShard({1, 3}, {1, 4}).status().message(),
            "3 seeds are too few for 4 shards: each needs one");
}

// Neighbours without a gap from the first seed to the last; sizes differ by one at most.
void ExpectPartition(const SeedRange& seeds, std::uint64_t count) {
  std::uint64_t next = seeds.first;
  std::uint64_t least = UINT64_MAX;
  std::uint64_t most = 0;
  for (std::uint64_t number = 1; number <= count; ++number) {
    const auto own = SeedsOfShard(seeds, {number, count});
    RC_ASSERT(own.ok());
    RC_ASSERT(own->first == next);
    RC_ASSERT(own->last >= own->first);
    least = std::min(least, own->last - own->first);
    most = std::max(most, own->last - own->first);
    if (number == count) RC_ASSERT(own->last == seeds.last);
    next = own->last + 1;
  }
  RC_ASSERT(most - least <= 1);
}

RC_GTEST_PROP(Shard, IsOnePartOfAPartition, ()) {
  const auto count = *rc::gen::inRange<std::uint64_t>(1, 70);
  const auto more = *rc::gen::inRange<std::uint64_t>(count - 1, 5000);
  const auto first = *rc::gen::inRange<std::uint64_t>(0, UINT64_MAX - more);
  ExpectPartition({first, first + more}, count);
}

RC_GTEST_PROP(Shard, PartsAllSeedsThereAre, ()) {
  ExpectPartition({0, UINT64_MAX}, *rc::gen::inRange<std::uint64_t>(1, 70));
}

}  // namespace
}  // namespace fencepost::campaign
