#include "scenarios/nearest_name.h"

#include <gtest/gtest.h>

namespace fencepost {
namespace {

TEST(EditDistance, CountsInsertionsDeletionsReplacementsAndSwaps) {
  EXPECT_EQ(EditDistance("", "abc"), 3U);
  EXPECT_EQ(EditDistance("abc", "abc"), 0U);
  EXPECT_EQ(EditDistance("abc", "axc"), 1U);
  EXPECT_EQ(EditDistance("abc", "acb"), 1U);
  EXPECT_EQ(EditDistance("kitten", "sitting"), 3U);
}

TEST(NearestName, IsEmptyWhereNothingIsNear) {
  EXPECT_EQ(NearestName("fuz", {"run", "fuzz"}), "fuzz");
  EXPECT_EQ(NearestName("sh", {"fence-misses", "shutdown-vs-refresh"}), "shutdown-vs-refresh");
  EXPECT_EQ(NearestName("qqqqqqqq", {"run", "fuzz"}), "");
  EXPECT_EQ(NearestName("x", {}), "");
}

}  // namespace
}  // namespace fencepost
