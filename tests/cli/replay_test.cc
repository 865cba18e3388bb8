// Recording and replaying runs with the built command, over planted scenarios.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/cli/command.h"

namespace fencepost::cli {
namespace {

using Json = nlohmann::json;

std::string Recording() { return ScratchDirectory() + "/run.json"; }

Json Record(const std::vector<std::string>& run) {
  std::vector<std::string> arguments = {"run", "--replay-file", Recording(), "--json"};
  arguments.insert(arguments.end(), run.begin(), run.end());
  return Json::parse(Planted(arguments).out);
}

void EditRecording(const std::function<void(Json&)>& edit) {
  Json file = Json::parse(ReadFile(Recording()));
  edit(file);
  WriteFile(Recording(), file.dump());
}

TEST(Replay, IsTheSameRunWithTheSameHash) {
  for (const char* seed : {"1", "2", "3", "4", "5"}) {
    const Json recorded = Record({"lost-update", "--seed", seed});
    const CommandResult result = Planted({"replay", Recording(), "--json"});
    const Json replayed = Json::parse(result.out);
    EXPECT_EQ(replayed["same_hash"], true);
    EXPECT_EQ(replayed["hash"], recorded["hash"]);
    EXPECT_EQ(replayed["timeline"], recorded["timeline"]);
    EXPECT_EQ(result.exit_code, recorded["exit_code"]);
  }
}

TEST(Replay, HasTheParametersOfTheRecording) {
  const Json recorded = Record({"lost-update", "--guarded", "1"});
  EXPECT_EQ(recorded["outcome"], "clean");
  const CommandResult result = Planted({"replay", Recording()});
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_NE(result.out.find("the same run as recorded"), std::string::npos) << result.out;
  EXPECT_NE(ReadFile(Recording()).find("\"swarm\":\"1\""), std::string::npos);
}

TEST(Replay, SaysAtWhichStepAndWhyItParted) {
  Record({"lost-update", "--guarded", "1"});
  EditRecording([](Json& file) { file["choices"][1]["chosen"] = "cp-9"; });
  const CommandResult result = Planted({"replay", Recording()});
  EXPECT_EQ(result.exit_code, 6);
  EXPECT_NE(result.out.find("parted from the recording at step 2 of "), std::string::npos)
      << result.out;
  EXPECT_NE(result.out.find("what was chosen does not exist here"), std::string::npos);
  const Json json = Json::parse(Planted({"replay", Recording(), "--json"}).out);
  EXPECT_EQ(json["outcome"], "failed");
  EXPECT_EQ(json["parting"]["step"], 1);
  EXPECT_FALSE(json["parting"]["why"].get<std::string>().empty());
}

TEST(Replay, SaysThatARunNeedsMoreStepsThanWereRecorded) {
  Record({"lost-update", "--guarded", "1"});
  std::size_t kept = 0;
  EditRecording([&kept](Json& file) {
    file["choices"].erase(file["choices"].size() - 1);
    kept = file["choices"].size();
  });
  const CommandResult result = Planted({"replay", Recording()});
  EXPECT_EQ(result.exit_code, 6);
  EXPECT_NE(result.out.find("parted from the recording after the last of its " +
                            std::to_string(kept) + " steps: "),
            std::string::npos)
      << result.out;
}

TEST(Replay, GoesOnAfterPartingWhereAskedTo) {
  Record({"lost-update", "--guarded", "1"});
  EditRecording([](Json& file) { file["choices"][1]["chosen"] = "cp-9"; });
  const CommandResult result = Planted({"replay", Recording(), "--follow-default-after-parting"});
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_NE(result.out.find("parted from the recording at step 2"), std::string::npos);
  EXPECT_NE(result.out.find("passed"), std::string::npos) << result.out;
}

TEST(Replay, NamesTheFirstStepAtWhichAnEventDiffers) {
  Record({"lost-update", "--guarded", "1"});
  EditRecording([](Json& file) {
    file["hash"] = "0x0000000000000001";
    for (std::size_t i = 2; i < file["choices"].size(); ++i) {
      file["choices"][i]["at"] = "0x0000000000000002";
    }
  });
  const CommandResult result = Planted({"replay", Recording()});
  EXPECT_EQ(result.exit_code, 6);
  EXPECT_NE(result.out.find("not the same run as recorded"), std::string::npos) << result.out;
  EXPECT_NE(result.out.find("usual causes:"), std::string::npos);
  const Json json = Json::parse(Planted({"replay", Recording(), "--json"}).out);
  EXPECT_EQ(json["first_difference"]["before_choice"], 2);
}

// The second run in one process has another event than the first, so the recording of a campaign's
// n-th run is not what a process that replays it comes to.
TEST(Replay, NoticesStateThatSurvivesAnExecution) {
  // A strategy without a profile: the execution that makes one would come before it.
  ASSERT_EQ(Planted({"run", "forgetful", "--strategy", "random-walk", "--replay-file", Recording()})
                .exit_code,
            0);
  ASSERT_EQ(Planted({"replay", Recording()}).exit_code, 0);
  EditRecording([](Json& file) {
    file["hash"] = "0x00000000000000ff";
    file["choices"].back()["at"] = "0x00000000000000ff";
  });
  const CommandResult result = Planted({"replay", Recording()});
  EXPECT_EQ(result.exit_code, 6);
  EXPECT_NE(result.out.find("the first event that differs lies between choice 1"),
            std::string::npos)
      << result.out;
}

}  // namespace
}  // namespace fencepost::cli
