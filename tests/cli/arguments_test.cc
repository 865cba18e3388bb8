#include "cli/arguments.h"

#include <gtest/gtest.h>

namespace fencepost::cli {
namespace {

TEST(ParseNumber, TakesTheWholeRangeAndNothingElse) {
  EXPECT_EQ(ParseNumber("--seed", "0").value(), 0U);
  EXPECT_EQ(ParseNumber("--seed", "18446744073709551615").value(), UINT64_MAX);
  for (const char* wrong : {"", "-1", "+1", " 1", "1 ", "1x", "0x1", "18446744073709551616"}) {
    EXPECT_FALSE(ParseNumber("--seed", wrong).ok()) << wrong;
  }
}

TEST(ParseSeedRange, HasBothEnds) {
  const auto range = ParseSeedRange("--seeds", "3..5");
  ASSERT_TRUE(range.ok());
  EXPECT_EQ(range->first, 3U);
  EXPECT_EQ(range->last, 5U);
  EXPECT_TRUE(ParseSeedRange("--seeds", "7..7").ok());
  for (const char* wrong : {"", "5", "..", "1..", "..5", "5..3", "1...5", "a..b", "1..2..3"}) {
    EXPECT_FALSE(ParseSeedRange("--seeds", wrong).ok()) << wrong;
  }
}

TEST(ParseDuration, NeedsAUnitAndAnEnd) {
  EXPECT_EQ(ParseDuration("--time", "1h30m").value(), absl::Minutes(90));
  EXPECT_EQ(ParseDuration("--time", "500ms").value(), absl::Milliseconds(500));
  for (const char* wrong : {"", "60", "0", "0s", "-3s", "inf", "5 s", "99999h"}) {
    EXPECT_FALSE(ParseDuration("--time", wrong).ok()) << wrong;
  }
}

TEST(ParseShard, TakesKOfN) {
  const auto shard = ParseShard("--shard", "3/8");
  ASSERT_TRUE(shard.ok());
  EXPECT_EQ(shard->number, 3U);
  EXPECT_EQ(shard->count, 8U);
}

TEST(ParseShard, RefusesWhatIsNoPart) {
  for (const char* text : {"", "3", "0/8", "9/8", "-1/8", "1/0", "a/b", "1/2/3", "1/1000001"}) {
    EXPECT_EQ(ParseShard("--shard", text).status().message(),
              "--shard needs K/N with K from 1 to N and N at most 1000000, such as 2/8, not \"" +
                  std::string(text) + "\"");
  }
}

}  // namespace
}  // namespace fencepost::cli
