// The strategies that make an execution out of a seed, with the built command.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/cli/command.h"

namespace fencepost::campaign {
namespace {

using Json = nlohmann::json;

class SeededStrategies : public testing::TestWithParam<const char*> {};

// Each finds the lost update: about every second schedule has it, and of PCT's, whose changes are
// spread over far longer runs than this one, some in a hundred. The seed and the strategy's name
// repeat the run, and so does the recording.
TEST_P(SeededStrategies, FindAndRepeat) {
  const CommandResult fuzz =
      Planted({"fuzz", "lost-update", "--strategy", GetParam(), "--json", "--seed-count", "5000"});
  EXPECT_EQ(fuzz.exit_code, 1) << fuzz.err;
  const Json json = Json::parse(fuzz.out);
  EXPECT_EQ(json["strategy"], GetParam());
  const Json& failure = json["failure"];
  EXPECT_EQ(failure["property"], "no-lost-update");
  EXPECT_EQ(failure["repeated"], true);
  const Json run = Json::parse(
      Planted({"run", "lost-update", "--seed", std::to_string(failure["seed"].get<int>()),
               "--strategy", GetParam(), "--json"})
          .out);
  EXPECT_EQ(run["hash"], failure["hash"]);
  EXPECT_EQ(run["command"], failure["commands"][1]);
  const Json replay = Json::parse(Planted({"replay", failure["replay"], "--json"}).out);
  EXPECT_EQ(replay["hash"], failure["hash"]);
}

TEST_P(SeededStrategies, DoNotDependOnTheNumberOfJobs) {
  const auto digest = [](const char* jobs) {
    const CommandResult fuzz =
        Planted({"fuzz", "lost-update", "--guarded", "1", "--strategy", GetParam(), "--seed-count",
                 "1000", "--json", "--jobs", jobs});
    return Json::parse(fuzz.out)["scenarios"][0]["digest"];
  };
  EXPECT_EQ(digest("1"), digest("4"));
}

INSTANTIATE_TEST_SUITE_P(All, SeededStrategies,
                         testing::Values("random-walk", "pct", "pos", "urw", "surw", "reads-from",
                                         "portfolio"));

TEST(StrategyOption, AnUnknownOneIsRefused) {
  for (const char* command : {"fuzz", "run"}) {
    const CommandResult result = Planted({command, "lost-update", "--strategy", "luck"});
    EXPECT_EQ(result.exit_code, 2);
    const std::string guided = command == std::string("fuzz") ? ", guided" : "";
    EXPECT_EQ(result.err,
              "fencepost: " + std::string(command) +
                  " takes no --strategy \"luck\"; it takes portfolio, random-walk, pct, "
                  "pos, urw, surw, reads-from" +
                  guided + "\n");
  }
}

}  // namespace
}  // namespace fencepost::campaign
