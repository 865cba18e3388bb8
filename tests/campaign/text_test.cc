#include "campaign/text.h"

#include <gtest/gtest.h>

namespace fencepost::campaign {
namespace {

TEST(HashText, HasSixteenDigits) { EXPECT_EQ(HashText(0xa7), "0x00000000000000a7"); }

TEST(DurationText, HasMillisecondsBelowTenSeconds) {
  EXPECT_EQ(DurationText(absl::Microseconds(9'999'999)), "9.999s");
  EXPECT_EQ(DurationText(absl::Milliseconds(10'900)), "10s");
  EXPECT_EQ(DurationText(absl::Hours(3) + absl::Minutes(12) + absl::Seconds(5)), "3h12m5s");
}

}  // namespace
}  // namespace fencepost::campaign
