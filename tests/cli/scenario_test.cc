// Finding scenarios by name and completing their parameters, over the planted scenarios.
#include "scenarios/scenario.h"

#include <gtest/gtest.h>

namespace fencepost {
namespace {

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
