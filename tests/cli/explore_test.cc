// Exhaustive search by the built command, over planted scenarios.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/cli/command.h"

namespace fencepost::cli {
namespace {

using Json = nlohmann::json;

Json Explored(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), "explore");
  arguments.push_back("--json");
  return Json::parse(Planted(arguments).out, nullptr, false);
}

TEST(Explore, SaysWhenItWasComplete) {
  const Json json = Explored({"lost-update", "--guarded", "1"});
  EXPECT_EQ(json["outcome"], "clean");
  EXPECT_EQ(json["complete"], true);
  EXPECT_EQ(json["complete_within_bounds"], true);
  EXPECT_EQ(json["distinct_end_states"], 1);
  EXPECT_TRUE(json["bounds"]["max_faults"].is_null());
  EXPECT_EQ(json["strategy"], "exhaustive");
}

TEST(Explore, SaysWhatABoundHasCut) {
  const Json unbounded = Explored({"lost-update", "--guarded", "1"});
  const Json bounded = Explored({"lost-update", "--guarded", "1", "--max-preemptions", "0"});
  EXPECT_EQ(bounded["complete"], false);
  EXPECT_EQ(bounded["complete_within_bounds"], true);
  EXPECT_EQ(bounded["bounds"]["max_preemptions"], 0);
  EXPECT_LT(bounded["executions"], unbounded["executions"]);
  const Json cut = Explored({"lost-update", "--guarded", "1", "--max-executions", "10"});
  EXPECT_EQ(cut["executions"], 10);
  EXPECT_EQ(cut["complete_within_bounds"], false);
}

TEST(Explore, SaysWhatItsReductionLeftOut) {
  const Json plain = Explored({"lost-update", "--guarded", "1", "--reduction", "none"});
  EXPECT_EQ(plain["reduction"], "none");
  EXPECT_EQ(plain["redundant_executions"], 0);
  EXPECT_TRUE(plain["distinct_states"].is_null());
  const Json states = Explored({"lost-update", "--guarded", "1", "--reduction", "states"});
  EXPECT_EQ(states["complete"], true);
  EXPECT_GT(states["distinct_states"], 0);
  EXPECT_EQ(states["distinct_end_states"], plain["distinct_end_states"]);
  EXPECT_EQ(Explored({"lost-update", "--guarded", "1"})["reduction"], "dpor");
}

TEST(Explore, ChecksFootprints) {
  const Json json = Explored({"lost-update", "--guarded", "1", "--check-footprints"});
  EXPECT_EQ(json["passed"], true);
  EXPECT_EQ(json["undeclared_dependency"], false);
  const CommandResult cut = Planted(
      {"explore", "lost-update", "--guarded", "1", "--check-footprints", "--max-executions", "2"});
  EXPECT_EQ(cut.exit_code, 5) << cut.out;
}

TEST(Explore, DeepensUntilTheBoundCutsNothing) {
  const Json deepened = Explored({"lost-update", "--guarded", "1", "--deepen"});
  EXPECT_EQ(deepened["complete"], true);
  EXPECT_GT(deepened["bounds"]["max_preemptions"], 0);
  const Json failed = Explored({"lost-update", "--deepen"});
  EXPECT_EQ(failed["complete"], false);
  EXPECT_EQ(failed["bounds"]["max_preemptions"], 1);  // one switch loses the update
}

// What was not run may hold a failure: only a search that ran all it was asked to run is clean.
TEST(Explore, HasNoVerdictWhenItWasCut) {
  const std::vector<std::string> whole = {"explore", "lost-update", "--guarded", "1"};
  const auto end = [&whole](std::vector<std::string> more) {
    more.insert(more.begin(), whole.begin(), whole.end());
    return Planted(more);
  };
  EXPECT_EQ(end({}).exit_code, 0);
  EXPECT_EQ(end({"--max-preemptions", "0"}).exit_code, 0) << "all within the bound was run";
  const CommandResult cut = end({"--max-executions", "1"});
  EXPECT_EQ(cut.exit_code, 5);
  EXPECT_NE(cut.out.find("no verdict: not complete: 1 executions"), std::string::npos) << cut.out;
  // Over before the first execution ends, on any machine.
  const CommandResult late = end({"--time", "1ns"});
  EXPECT_EQ(late.exit_code, 5);
  EXPECT_NE(late.out.find("no verdict: not complete: time was over after"), std::string::npos)
      << late.out;
  const Json json = Json::parse(end({"--time", "1ns", "--json"}).out);
  EXPECT_EQ(json["outcome"], "no-verdict");
  EXPECT_EQ(json["exit_code"], 5);
  EXPECT_EQ(json["complete"], false);
}

TEST(Explore, HasNoVerdictOnAnUnreachedProbe) {
  const CommandResult result = Planted({"explore", "unreached"});
  EXPECT_EQ(result.exit_code, 5);
  EXPECT_NE(result.out.find("never reached: never (unreached)"), std::string::npos) << result.out;
}

TEST(Explore, NeverSaysCompleteAfterAFailure) {
  const CommandResult result = Planted({"explore", "lost-update"});
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_TRUE(result.out.starts_with("./dev fencepost replay ")) << result.out;
  EXPECT_NE(result.out.find("or: fencepost explore lost-update"), std::string::npos);
  EXPECT_NE(result.out.find("not complete: stopped at the failure"), std::string::npos);
  const Json json = Explored({"lost-update"});
  EXPECT_EQ(json["complete"], false);
  EXPECT_EQ(json["failure"]["strategy"], "exhaustive");
  EXPECT_TRUE(json["failure"]["seed"].is_null());
}

TEST(Explore, ItsFailureIsReplayed) {
  const Json json = Explored({"lost-update"});
  const CommandResult replay = Planted({"replay", json["failure"]["replay"]});
  EXPECT_EQ(replay.exit_code, 1);
  EXPECT_NE(replay.out.find("the same run as recorded"), std::string::npos) << replay.out;
}

TEST(Explore, TellsTheCommandOfASearchThatCrashesTheProcess) {
  const CommandResult result = Planted({"explore", "dies"});
  EXPECT_EQ(result.exit_code, 4);
  EXPECT_NE(result.err.find("fencepost explore dies --reduction dpor --max-preemptions none"),
            std::string::npos);
}

}  // namespace
}  // namespace fencepost::cli
