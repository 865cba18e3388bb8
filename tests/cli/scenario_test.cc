// Finding scenarios by name and completing their parameters, over the planted scenarios.
#include "scenarios/scenario.h"

#include <gtest/gtest.h>

#include "scenarios/run/nearest_name.h"

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

TEST(FindScenario, NamesTheNearest) {
  ASSERT_TRUE(FindScenario("lost-update").ok());
  EXPECT_EQ((*FindScenario("lost-update"))->name, "lost-update");
  EXPECT_EQ(FindScenario("lsot-update").status().message(),
            "there is no scenario \"lsot-update\"; did you mean lost-update?");
}

TEST(Complete, FillsInTheStandardValuesAndRefusesWhatIsNotThere) {
  const Scenario& scenario = **FindScenario("lost-update");
  EXPECT_EQ(Complete(scenario, {}).value(), (ParameterValues{{"guarded", 0}}));
  EXPECT_EQ(Complete(scenario, {{"guarded", 1}}).value(), (ParameterValues{{"guarded", 1}}));
  EXPECT_EQ(Complete(scenario, {{"guarded", 2}}).status().message(),
            "parameter guarded of scenario lost-update must be from 0 to 1, not 2");
  EXPECT_EQ(Complete(scenario, {{"workers", 2}}).status().message(),
            "scenario lost-update has no parameter workers: it has guarded");
}

}  // namespace
}  // namespace fencepost
