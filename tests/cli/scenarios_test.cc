// The real command over the real scenarios: the same seeds are the same runs in every process.
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "tests/cli/command.h"

namespace fencepost::cli {
namespace {

using Json = nlohmann::json;

CommandResult Fencepost(const std::vector<std::string>& arguments) {
  return RunCommandLine(FENCEPOST_COMMAND, arguments);
}
Json FencepostJson(std::vector<std::string> arguments) {
  arguments.push_back("--json");
  return Json::parse(Fencepost(arguments).out);
}

std::vector<std::string> ScenarioNames() {
  const Json list = FencepostJson({"list"});
  std::vector<std::string> names;
  for (const Json& scenario : list["scenarios"]) names.push_back(scenario["name"]);
  EXPECT_GE(names.size(), 3U);
  return names;
}

TEST(Scenarios, AreListedWithTheirClaimsAndJudgedByProperties) {
  const Json list = FencepostJson({"list"});
  const std::vector<std::string> names = ScenarioNames();
  for (const char* name : {"fence-misses", "reply-lost", "shutdown-vs-refresh"}) {
    EXPECT_NE(std::find(names.begin(), names.end(), name), names.end()) << name;
  }
  for (const Json& scenario : list["scenarios"]) EXPECT_FALSE(scenario["claim"].empty());
  EXPECT_GE(list["properties"].size(), 8U);
  EXPECT_FALSE(list["strategies"].empty());
  const std::string text = Fencepost({"list"}).out;
  for (const std::string& name : names) EXPECT_NE(text.find("  " + name), std::string::npos);
}

TEST(Scenarios, HaveTheSameHashForTheSameSeedInAnotherProcess) {
  for (const std::string& name : ScenarioNames()) {
    for (const char* seed : {"1", "2", "18446744073709551615"}) {
      const Json one = FencepostJson({"run", name, "--seed", seed});
      const Json two = FencepostJson({"run", name, "--seed", seed});
      EXPECT_EQ(one["hash"], two["hash"]);
      EXPECT_EQ(one["timeline"], two["timeline"]);
      EXPECT_GT(one["events"], 0);
    }
  }
}

// The digest is over the hashes of all runs in the order of seeds.
TEST(Scenarios, HaveTheSameDigestOnOneThreadAndOnTwo) {
  const auto digests = [](const char* jobs) {
    std::vector<std::string> digests;
    const Json json = FencepostJson({"fuzz", "--seeds", "1..250", "--jobs", jobs});
    EXPECT_EQ(json["outcome"], "clean") << json.dump(2);
    for (const Json& scenario : json["scenarios"]) digests.push_back(scenario["digest"]);
    return digests;
  };
  const std::vector<std::string> one = digests("1");
  EXPECT_EQ(one.size(), ScenarioNames().size());
  EXPECT_EQ(one, digests("2"));
}

// In two processes each, of different surroundings, and in another order of seeds.
TEST(Scenarios, AreDeterministic) {
  const Json json = FencepostJson({"fuzz", "--check-determinism", "--seeds", "1..300"});
  EXPECT_EQ(json["outcome"], "clean") << json["failure"].dump(2);
  EXPECT_EQ(json["executions"], 300 * ScenarioNames().size());
}

TEST(Scenarios, AreReplayedToTheSameHash) {
  const std::string path = ScratchDirectory() + "/run.json";
  for (const std::string& name : ScenarioNames()) {
    for (int seed = 1; seed <= 5; ++seed) {
      const Json recorded =
          FencepostJson({"run", name, "--seed", std::to_string(seed), "--replay-file", path});
      const Json replayed = FencepostJson({"replay", path});
      ASSERT_EQ(replayed["same_hash"], true) << name << " " << seed << replayed.dump(2);
      EXPECT_EQ(replayed["hash"], recorded["hash"]);
      EXPECT_EQ(replayed["timeline"], recorded["timeline"]);
      EXPECT_EQ(replayed["faults_hit"], recorded["faults_hit"]);
    }
  }
}

TEST(Scenarios, AreTheSameFromTheirChoiceBytes) {
  const std::string directory = ScratchDirectory() + "/bytes";
  ASSERT_EQ(Fencepost({"choice-bytes", "--to", directory, "--seed-count", "2"}).exit_code, 0);
  for (const std::string& name : ScenarioNames()) {
    for (const char* seed : {"1", "2"}) {
      const std::string path = directory + "/" + name + "/seed-" + seed + ".bytes";
      const Json from_bytes = FencepostJson({"run", name, "--choice-bytes", path});
      const Json from_seed = FencepostJson({"run", name, "--seed", seed});
      EXPECT_EQ(from_bytes["hash"], from_seed["hash"]);
      EXPECT_EQ(from_bytes["timeline"], from_seed["timeline"]);
    }
  }
}

TEST(Scenarios, AreDrawnWithAColumnForEachActor) {
  const CommandResult result = Fencepost({"run", "shutdown-vs-refresh", "--seed", "1"});
  EXPECT_EQ(result.exit_code, 0);
  for (const char* part : {"fencepost run shutdown-vs-refresh --seed 1", "│ cp-1", "│ worker 1",
                           "│ pod 1", "passed", "faults on offer: ", "hash 0x"}) {
    EXPECT_NE(result.out.find(part), std::string::npos) << part << " is missing in\n" << result.out;
  }
}

}  // namespace
}  // namespace fencepost::cli
