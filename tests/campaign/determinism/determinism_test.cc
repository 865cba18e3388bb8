// The determinism guard, by the built command with planted scenarios that are not deterministic.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/cli/command.h"

namespace fencepost::campaign {
namespace {

using Json = nlohmann::json;

Json CheckedJson(std::vector<std::string> arguments) {
  arguments.insert(arguments.end(), {"--check-determinism", "--json"});
  const CommandResult result = Planted(arguments);
  EXPECT_EQ(result.exit_code, 1) << result.err;
  return Json::parse(result.out);
}

void ExpectAllNamed(const std::string& page, const std::vector<std::string>& parts) {
  for (const std::string& part : parts) {
    EXPECT_NE(page.find(part), std::string::npos) << part << " is missing in\n" << page;
  }
}

TEST(CheckDeterminism, NamesTheFirstEventThatDiffersAndTheCommandThatShowsItAgain) {
  const CommandResult result = Planted({"fuzz", "by-address", "--check-determinism"});
  EXPECT_EQ(result.exit_code, 1) << result.err;
  EXPECT_TRUE(
      result.out.starts_with("./dev fencepost run by-address --seed 1 "
                             "--check-determinism\n\nnot deterministic: two processes ran "
                             "seed 1 of scenario by-address"))
      << result.out;
  ExpectAllNamed(result.out,
                 {"the first that differs is event 2, behind choice 1 (fault \"fault\": ",
                  "\n  here:  0 cp-1: looks at ", "\n  there: 0 cp-1: looks at ",
                  "usual causes:", "failed: not-deterministic in scenario by-address, seed 1\n"});
}

TEST(CheckDeterminism, NamesTheFirstChoiceThatDiffers) {
  const Json failure =
      CheckedJson({"fuzz", "by-environment", "--seeds", "5..9", "--jobs", "2"})["failure"];
  EXPECT_EQ(failure["end"], "not-deterministic");
  EXPECT_EQ(failure["seed"], 5);
  EXPECT_NE(failure["hash"], failure["other_hash"]);
  EXPECT_EQ(failure["command"], "fencepost run by-environment --seed 5 --check-determinism");
  const Json& difference = failure["first_difference"];
  EXPECT_EQ(difference["choice"], 0);
  EXPECT_EQ(difference["text"], "choice 1");
  EXPECT_EQ(difference["here"].get<std::string>().find("fault \"fault\": "), 0U) << difference;
  EXPECT_EQ(difference["there"].get<std::string>().find("random \"early\": 0x"), 0U) << difference;
}

// The commands that the guard prints do what it says.
TEST(CheckDeterminism, OfOneRunSaysTheSame) {
  for (const char* scenario : {"by-address", "by-environment"}) {
    const Json json = CheckedJson({"run", scenario, "--seed", "1"});
    EXPECT_EQ(json["exit_code"], 1);
    EXPECT_EQ(json["divergence"]["end"], "not-deterministic");
    EXPECT_TRUE(json["divergence"]["first_difference"].is_object());
  }
  const CommandResult page = Planted({"run", "by-address", "--check-determinism"});
  EXPECT_EQ(page.exit_code, 1);
  ExpectAllNamed(page.out, {"the first that differs is event 2", "usual causes:"});
}

// Each process counts its runs: the same seeds in the same order would be alike, and so is one
// seed alone.
TEST(CheckDeterminism, ShowsWhatSurvivesFromOneExecutionToTheNext) {
  const std::vector<std::string> lot = {"fuzz", "forgetful", "--jobs", "1", "--seeds", "1..8"};
  const Json failure = CheckedJson(lot)["failure"];
  EXPECT_EQ(failure["command"],
            "fencepost fuzz forgetful --jobs 1 --seeds 1..8 --check-determinism");
  EXPECT_EQ(failure["seed"], 1);
  EXPECT_NE(failure["hash"], failure["other_hash"]);
  EXPECT_EQ(Planted({"run", "forgetful", "--check-determinism"}).exit_code, 0);
}

TEST(CheckDeterminism, SaysThatOnlyTheOtherProcessDied) {
  const Json failure = CheckedJson({"fuzz", "dies-elsewhere", "--jobs", "1"})["failure"];
  EXPECT_TRUE(failure["other_hash"].is_null());
  EXPECT_EQ(failure["command"], "fencepost run dies-elsewhere --seed " +
                                    std::to_string(failure["seed"].get<int>()) +
                                    " --check-determinism");
}

TEST(CheckDeterminism, StillReportsFindings) {
  const CommandResult found = Planted({"fuzz", "lost-update", "--check-determinism", "--json"});
  EXPECT_EQ(found.exit_code, 1);
  EXPECT_EQ(Json::parse(found.out)["failure"]["property"], "no-lost-update");
  EXPECT_EQ(Planted({"fuzz", "dies", "--check-determinism"}).exit_code, 4);
}

TEST(CheckDeterminism, IsCleanWhereRunsAreTheSame) {
  const CommandResult clean =
      Planted({"fuzz", "lost-update", "--guarded", "1", "--check-determinism", "--json", "--seeds",
               "1..1000", "--strategy", "pct"});
  EXPECT_EQ(clean.exit_code, 0) << clean.out;
  const Json json = Json::parse(clean.out);
  EXPECT_EQ(json["executions"], 1000);
  EXPECT_EQ(Planted({"run", "lost-update", "--guarded", "1", "--check-determinism"}).exit_code, 0);
}

}  // namespace
}  // namespace fencepost::campaign
