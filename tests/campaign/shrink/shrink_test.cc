// Making failures small with the built command, over planted scenarios.
#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "tests/cli/command.h"

namespace fencepost::campaign {
namespace {

using Json = nlohmann::json;

// Another seed for a run that loses an update: about one in two does.
std::string RecordLostUpdate(int skip) {
  const std::string path = ScratchDirectory() + "/run.json";
  for (int seed = 1;; ++seed) {
    const CommandResult run =
        Planted({"run", "lost-update", "--seed", std::to_string(seed), "--replay-file", path});
    if (run.exit_code == 1 && skip-- == 0) return path;
  }
}

// One preemption loses the update. Which of the two actors begins may be another decision: both
// orders fail, and only changing two decisions at once leads from the one to the other.
TEST(ShrinkCommand, LeavesWhatTheFailureNeeds) {
  for (int skip = 0; skip < 5; ++skip) {
    const CommandResult result = Planted({"shrink", RecordLostUpdate(skip), "--json"});
    EXPECT_EQ(result.exit_code, 1) << result.err;
    const Json json = Json::parse(result.out);
    EXPECT_EQ(json["property"], "no-lost-update");
    EXPECT_EQ(json["minimal"], true);
    EXPECT_EQ(json["after"]["faults"], 0);
    EXPECT_GE(json["after"]["deviations"], 1);
    EXPECT_LE(json["after"]["deviations"], 2);
    EXPECT_EQ(json["continuations"], 1000);
    const CommandResult replay = Planted({"replay", json["replay"], "--json"});
    EXPECT_EQ(replay.exit_code, 1);
    const Json again = Json::parse(replay.out);
    EXPECT_EQ(again["same_hash"], true);
    EXPECT_EQ(again["hash"], json["hash"]);
  }
}

TEST(ShrinkCommand, DrawsTheSmallFailureAndSaysWhenItWasInevitable) {
  const CommandResult result = Planted({"shrink", RecordLostUpdate(0)});
  EXPECT_EQ(result.exit_code, 1) << result.err;
  for (const char* part : {"./dev fencepost replay fencepost-failures/lost-update.no-lost-update.",
                           ".shrunk.json", "shrunk from ", "no single decision can be left out",
                           "inevitable from choice ", "each of 1,000 continuations"}) {
    EXPECT_NE(result.out.find(part), std::string::npos) << part << "\n" << result.out;
  }
}

TEST(ShrinkCommand, FuzzShrinksWhatItFinds) {
  const CommandResult result = Planted({"fuzz", "lost-update", "--json"});
  EXPECT_EQ(result.exit_code, 1) << result.err;
  const Json failure = Json::parse(result.out)["failure"];
  const Json& shrunk = failure["shrunk"];
  EXPECT_EQ(shrunk["minimal"], true);
  EXPECT_LE(shrunk["after"]["deviations"], 2);
  for (const Json& path : {failure["replay"], shrunk["replay"]}) {
    EXPECT_EQ(Planted({"replay", path}).exit_code, 1) << path;
  }
}

TEST(ShrinkCommand, FuzzLeavesItAsItIsIfToldSo) {
  const CommandResult result = Planted({"fuzz", "lost-update", "--json", "--shrink-time", "none"});
  EXPECT_EQ(result.exit_code, 1) << result.err;
  EXPECT_FALSE(Json::parse(result.out)["failure"].contains("shrunk"));
}

void ExpectRefused(const CommandResult& result, const std::string& why) {
  EXPECT_EQ(result.exit_code, 2) << result.out;
  EXPECT_NE(result.err.find(why), std::string::npos) << result.err;
}

TEST(ShrinkCommand, RefusesWhatCannotBeShrunk) {
  const std::string path = ScratchDirectory() + "/run.json";
  Planted({"run", "lost-update", "--guarded", "1", "--replay-file", path});
  ExpectRefused(Planted({"shrink", path}), "its run does not fail");
  Planted({"run", "silent", "--replay-file", path});
  ExpectRefused(Planted({"shrink", path}), "ended otherwise: nothing-happened");
  ExpectRefused(Planted({"shrink", "missing.json"}), "missing.json");
  ExpectRefused(Planted({"shrink", RecordLostUpdate(0), "--time", "soon"}), "--time");
  ExpectRefused(Planted({"fuzz", "lost-update", "--shrink-time", "never"}), "--shrink-time");
}

}  // namespace
}  // namespace fencepost::campaign
