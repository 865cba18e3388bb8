// fencepost model: the verdicts, their exit codes, and one line for everything wrong.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/cli/command.h"

namespace fencepost::cli {
namespace {

using Json = nlohmann::json;
using testing::HasSubstr;
using testing::StartsWith;

CommandResult Model(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), "model");
  return Planted(arguments);
}

TEST(ModelCheck, ProvesTheProtocol) {
  const CommandResult result = Model({"check", "--epochs", "2", "--json"});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  const Json json = Json::parse(result.out);
  EXPECT_EQ(json["completeness"], "complete: every reachable state was seen");
  EXPECT_TRUE(json["liveness_checked"]);
  EXPECT_TRUE(json["unending"].empty());
  EXPECT_GT(json["states"], 10'000);
}

TEST(ModelCheck, TellsTheShortestCounterexample) {
  const std::vector<std::string> arguments = {"check", "--planted-bug", "delete-after-missed-drain",
                                              "--without", "faults,secrets"};
  const CommandResult result = Model(arguments);
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.out, HasSubstr("fenced-delete is broken"));
  EXPECT_THAT(result.out, HasSubstr(" 12  cp-1 deletes the pod of the drained worker 1"));
}

// The same steps in words and for programs, with what truly happened in each.
TEST(ModelCheck, TellsTheCounterexampleToPrograms) {
  const Json json = Json::parse(Model({"check", "--planted-bug", "delete-after-missed-drain",
                                       "--without", "faults,secrets", "--json"})
                                    .out);
  const Json& trace = json["trace"];
  ASSERT_EQ(trace.size(), json["run"].size());
  EXPECT_EQ(trace.front(),
            Json::parse(R"({"rule": "creates a slot for", "actor": "cp-1", "worker": 1,
                            "ending": "done", "events": [{"event": "row_committed", "worker": 1,
                            "operations": ["create_org_slot", "create_warm_slot"],
                            "outcome": "transitioned", "state": "spawning", "owner": "cp-1",
                            "epoch": 1}]})"));
  EXPECT_EQ(trace[1], Json::parse(R"({"rule": "begins to shut down", "actor": "cp-1",
                                      "worker": null, "ending": "done", "events": []})"));
  EXPECT_EQ(trace[10], Json::parse(R"({"rule": "drains", "actor": "cp-1", "worker": 1,
                                      "ending": "missed", "events": [{"event": "row_refused",
                                      "worker": 1, "operations": ["drain"],
                                      "outcome": "fence_miss_epoch", "state": "hot",
                                      "owner": "cp-1", "epoch": 2}]})"));
  EXPECT_EQ(trace[11]["events"], Json::parse(R"([{"event": "pod_deleted", "worker": 1}])"));
}

TEST(ModelCheck, TellsWhatNeverComesToAnEnd) {
  const std::vector<std::string> arguments = {
      "check", "--planted-bug", "orphans-not-swept", "--epochs",
      "1",     "--without",     "crashes",           "--json"};
  const CommandResult result = Model(arguments);
  EXPECT_EQ(result.exit_code, 3);
  for (const Json& unending : Json::parse(result.out)["unending"]) {
    EXPECT_EQ(unending["trace"].size(), unending["run"].size());
  }
}

TEST(ModelCheck, HasNoVerdictBeyondItsBounds) {
  const CommandResult memory = Model({"check", "--workers", "2", "--memory", "16M"});
  EXPECT_EQ(memory.exit_code, 5);
  EXPECT_THAT(memory.out, HasSubstr("not complete: the memory limit was reached"));
  const CommandResult compact = Model({"check", "--epochs", "1", "--safety", "--compaction"});
  EXPECT_EQ(compact.exit_code, 0);
  EXPECT_THAT(compact.out, HasSubstr("with a probability of at most"));
}

TEST(ModelCheck, GoesOnFromItsCheckpoint) {
  const std::string file = ScratchDirectory() + "/model.checkpoint";
  std::vector<std::string> arguments = {"check",  "--safety", "--workers",    "2",  "--epochs", "1",
                                        "--time", "100ms",    "--checkpoint", file, "--json"};
  EXPECT_EQ(Model(arguments).exit_code, 5);
  arguments[7] = "10m";
  arguments.push_back("--resume");
  const Json resumed = Json::parse(Model(arguments).out);
  const Json whole =
      Json::parse(Model({"check", "--safety", "--workers", "2", "--epochs", "1", "--json"}).out);
  EXPECT_EQ(resumed["completeness"], whole["completeness"]);
  EXPECT_EQ(resumed["states"], whole["states"]);
  EXPECT_EQ(resumed["steps"], whole["steps"]);
}

// A search of hours must not find at its end that its checkpoint cannot be written: this one would
// run for minutes.
TEST(ModelCheck, FindsAtItsStartThatTheCheckpointCannotBeWritten) {
  const std::string path = ScratchDirectory() + "/missing/model.checkpoint";
  const CommandResult result = Model({"check", "--workers", "3", "--checkpoint", path});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_EQ(result.err,
            "fencepost: --checkpoint " + path + ": cannot be written: No such file or directory\n");
  EXPECT_EQ(result.out, "");
}

TEST(ModelGraph, ProvesTheFenceByDominators) {
  const CommandResult result = Model({"graph", "--epochs", "2"});
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_THAT(result.out, HasSubstr("every path to its deleted pod passes a landed fence"));
  const CommandResult wrong =
      Model({"graph", "--planted-bug", "cleanup-after-missed-retire", "--epochs", "2"});
  EXPECT_THAT(wrong.out, HasSubstr("a path to its deleted pod passes no landed fence"));
  EXPECT_THAT(Model({"graph", "--picture", "lifecycle"}).out, StartsWith("digraph"));
  EXPECT_THAT(Model({"graph", "--picture", "row", "--epochs", "1"}).out, StartsWith("digraph"));
}

TEST(ModelExplain, TellsTheModelAndThePlantedBugs) {
  const CommandResult result = Model({"explain"});
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_THAT(result.out, HasSubstr("fenced-delete"));
  EXPECT_THAT(result.out, HasSubstr("drain-by-owner-only (breaks one-owner)"));
  const std::vector<std::string> planted = {"explain", "--planted-bug", "drain-by-owner-only"};
  EXPECT_THAT(Model(planted).out, HasSubstr("the same with every state"));
  std::vector<std::string> drawn = planted;
  drawn.insert(drawn.end(), {"--picture", "run"});
  EXPECT_THAT(Model(drawn).out, StartsWith("digraph"));
}

struct WrongModel {
  std::vector<std::string> arguments;
  std::string message;
};

class ModelUsage : public testing::TestWithParam<WrongModel> {};

TEST_P(ModelUsage, GetsOneClearError) {
  const CommandResult result = Model(GetParam().arguments);
  EXPECT_EQ(result.err, "fencepost: " + GetParam().message + "\n");
  EXPECT_EQ(result.out, "");
  EXPECT_EQ(result.exit_code, 2);
}

INSTANTIATE_TEST_SUITE_P(
    All, ModelUsage,
    testing::Values(
        WrongModel{{"chek"}, "there is no model chek: use check, graph or explain"},
        WrongModel{{"check", "--workers", "9"}, "the number of workers must be from 1 to 3, not 9"},
        WrongModel{{"check", "--epochs", "0"}, "the number of epochs must be from 1 to 3, not 0"},
        WrongModel{{"check", "--planted-bug", "drain-by-owner"},
                   "there is no planted bug \"drain-by-owner\"; did you mean drain-by-owner-only?"},
        WrongModel{{"check", "--without", "crashes,pods"},
                   "there is no part of the model \"pods\"; there are: sessions, secrets, crashes, "
                   "pauses, lost-replies"},
        WrongModel{{"check", "--symmetry"},
                   "--symmetry is for safety alone: liveness needs every state by its own name; "
                   "add --safety"},
        WrongModel{{"check", "--safety", "--depth-first", "--jobs", "2"},
                   "--depth-first goes on one core: leave out --jobs"},
        WrongModel{{"check", "--resume"},
                   "--resume needs the file to go on from: --checkpoint FILE"},
        WrongModel{{"check", "--checkpoint", "/nowhere", "--resume"},
                   "/nowhere: No such file or directory"},
        WrongModel{{"check", "--memory", "8"},
                   "--memory needs an amount of memory from 16M to 9999G, not \"8\""},
        WrongModel{{"check", "--picture", "run"}, "model check takes no --picture"},
        WrongModel{{"graph", "--picture", "cat"},
                   "model graph has no picture \"cat\": use lifecycle or row"},
        WrongModel{{"graph", "--safety"}, "model graph takes no --safety"},
        WrongModel{{"graph", "--workers", "3"},
                   "the graph has more than 2,000,000 states: choose a smaller model, or use "
                   "fencepost model check"},
        WrongModel{{"explain", "--picture", "run"},
                   "--picture run needs a --planted-bug to show"}));

}  // namespace
}  // namespace fencepost::cli
