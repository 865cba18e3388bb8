#include "cli/report/text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace fencepost::cli {
namespace {

using testing::ElementsAre;

TEST(Wrapped, BreaksBetweenWordsAndIndentsFurtherLines) {
  EXPECT_THAT(Wrapped("one two three", 8, 2), ElementsAre("one two", "  three"));
}
TEST(Wrapped, CutsAWordThatIsTooLong) {
  EXPECT_THAT(Wrapped("abcdefgh", 5, 2), ElementsAre("abcde", "  fgh"));
}
TEST(Wrapped, CountsCodePointsNotBytes) {
  EXPECT_THAT(Wrapped("→→→ →", 3, 0), ElementsAre("→→→", "→"));
}
TEST(Wrapped, KeepsAnEmptyText) { EXPECT_THAT(Wrapped("", 5, 2), ElementsAre("")); }

TEST(Grouped, SetsCommasEachThreeDigits) {
  EXPECT_EQ(Grouped(0), "0");
  EXPECT_EQ(Grouped(999), "999");
  EXPECT_EQ(Grouped(1000), "1,000");
  EXPECT_EQ(Grouped(18446744073709551615U), "18,446,744,073,709,551,615");
}

}  // namespace
}  // namespace fencepost::cli
