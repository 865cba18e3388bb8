// Event logs by the whole command: written by run, judged by conform and check-log.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <sstream>

#include "tests/cli/command.h"

namespace fencepost::cli {
namespace {

using Json = nlohmann::ordered_json;
using testing::HasSubstr;
using testing::StartsWith;

CommandResult Fencepost(const std::vector<std::string>& arguments) {
  return RunCommandLine(FENCEPOST_COMMAND, arguments);
}

// The path of a log of a clean run.
std::string LogOf(const std::string& scenario, const std::string& seed) {
  const std::string path = ScratchDirectory() + "/events.log";
  EXPECT_EQ(Fencepost({"run", scenario, "--seed", seed, "--event-log", path}).exit_code, 0);
  return path;
}

std::vector<Json> Lines(const std::string& path) {
  std::vector<Json> lines;
  std::istringstream text(ReadFile(path));
  for (std::string line; std::getline(text, line);) lines.push_back(Json::parse(line));
  return lines;
}

void WriteLines(const std::string& path, const std::vector<Json>& lines) {
  std::string text;
  for (const Json& line : lines) text += line.dump() + "\n";
  WriteFile(path, text);
}

TEST(EventLogs, OfCleanRunsConformAndKeepTheProperties) {
  const Json list = Json::parse(Fencepost({"list", "--json"}).out);
  ASSERT_GE(list["scenarios"].size(), 20U);
  for (const Json& scenario : list["scenarios"]) {
    const std::string path = LogOf(scenario["name"], "1");
    std::vector<std::string> command = {"conform", path};
    if (scenario["by_hand"]) command.push_back("--rows");
    const CommandResult conform = Fencepost(command);
    EXPECT_EQ(conform.exit_code, 0) << scenario["name"] << conform.out << conform.err;
    EXPECT_THAT(conform.out, StartsWith(path + ": a run of the model\n"));
    const CommandResult check = Fencepost({"check-log", path});
    EXPECT_EQ(check.exit_code, 0) << scenario["name"] << check.out << check.err;
    EXPECT_THAT(check.out, HasSubstr("\n  fenced-delete\n"));
  }
}

// Writing the log changes nothing in the run.
TEST(EventLogs, LeaveTheRunAsItIs) {
  const Json without = Json::parse(Fencepost({"run", "shutdown-vs-refresh", "--json"}).out);
  const Json with = Json::parse(
      Fencepost({"run", "shutdown-vs-refresh", "--json", "--event-log", "events.log"}).out);
  EXPECT_EQ(without, with);
}

// A replay writes the log that the recorded run had written.
TEST(EventLogs, OfAReplayAreThoseOfTheRun) {
  const std::string recording = ScratchDirectory() + "/run.json";
  const std::string of_run = ScratchDirectory() + "/run.log";
  const std::string of_replay = ScratchDirectory() + "/replay.log";
  ASSERT_EQ(Fencepost({"run", "shutdown-vs-refresh", "--seed", "3", "--replay-file", recording,
                       "--event-log", of_run})
                .exit_code,
            0);
  const Json with =
      Json::parse(Fencepost({"replay", recording, "--event-log", of_replay, "--json"}).out);
  EXPECT_EQ(with, Json::parse(Fencepost({"replay", recording, "--json"}).out));
  EXPECT_EQ(with["same_hash"], true);
  EXPECT_GT(Lines(of_run).size(), 10U);
  EXPECT_EQ(ReadFile(of_run), ReadFile(of_replay));
}

// No choreography says what these actors do next, and the page says how to judge them.
TEST(Conform, OfAStoryByHandSaysToJudgeTheRows) {
  const std::string path = LogOf("reply-lost", "3");
  const CommandResult refused = Fencepost({"conform", path});
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_THAT(refused.out, HasSubstr("no choreography takes this step"));
  EXPECT_THAT(refused.out, HasSubstr("is judged with --rows\n"));
  const CommandResult rows = Fencepost({"conform", path, "--rows"});
  EXPECT_EQ(rows.exit_code, 0);
  EXPECT_THAT(rows.out, HasSubstr(" of 271 covered"));
}

TEST(Conform, TellsWhatWasNeverSeenFirst) {
  const std::string path = LogOf("shutdown-vs-refresh", "3");
  const CommandResult text = Fencepost({"conform", path});
  EXPECT_LT(text.out.find("claim_hot_idle"), text.out.find("create_org_slot"));
  const Json json = Json::parse(Fencepost({"conform", path, "--json"}).out);
  EXPECT_EQ(json["outcome"], "clean");
  EXPECT_GT(json["steps"], 0);
  EXPECT_EQ(json["operations"].front(), 0);
  EXPECT_EQ(json["operations"]["create_org_slot"], 1);
  EXPECT_TRUE(json["refusal"].is_null());
}

// The pod is deleted right after it was started: the line says that it was asked for, and no fence
// has landed before it.
TEST(Conform, RefusesAPodDeletedWithoutAFence) {
  const std::string path = LogOf("shutdown-vs-refresh", "3");
  std::vector<Json> lines = Lines(path);
  const auto started = std::find_if(lines.begin(), lines.end(), [](const Json& line) {
    return line.contains("event") && line["event"] == "pod_started";
  });
  ASSERT_NE(started, lines.end());
  (*started)["event"] = "pod_deleted";
  (*started)["by_request"] = true;
  (*started)["named_uid"] = (*started)["uid"];
  WriteLines(path, lines);
  const std::string at = path + ", line " + std::to_string(started - lines.begin() + 1);

  const CommandResult conform = Fencepost({"conform", path});
  EXPECT_EQ(conform.exit_code, 1);
  EXPECT_THAT(conform.out, StartsWith(at + ": the model refuses that pod worker-1 was deleted: no "
                                           "fence has landed; it stands at\n  worker 1: spawning"));
  const CommandResult check = Fencepost({"check-log", path});
  EXPECT_EQ(check.exit_code, 1);
  EXPECT_THAT(check.out, StartsWith(at + ": fenced-delete is broken\n"));
  const Json json = Json::parse(Fencepost({"check-log", path, "--json"}).out);
  EXPECT_EQ(json["outcome"], "property-broken");
  EXPECT_EQ(json["property"], "fenced-delete");
  EXPECT_EQ(json["line"], started - lines.begin() + 1);
}

// A drain that landed under an epoch which was not the row's any more.
TEST(Conform, RefusesARowChangedUnderAStaleLease) {
  const std::string path = LogOf("shutdown-vs-refresh", "3");
  std::vector<Json> lines = Lines(path);
  const auto drain = std::find_if(lines.begin(), lines.end(), [](const Json& line) {
    return line.contains("operation") && line["operation"] == "drain";
  });
  ASSERT_NE(drain, lines.end());
  (*drain)["request"]["believed_epoch"] = (*drain)["before"]["epoch"].get<int>() - 1;
  WriteLines(path, lines);
  const CommandResult text = Fencepost({"conform", path});
  EXPECT_EQ(text.exit_code, 1);
  EXPECT_THAT(text.out, HasSubstr(": fence_miss_epoch; it stands at\n"));
  const Json json = Json::parse(Fencepost({"conform", path, "--json"}).out);
  EXPECT_EQ(json["outcome"], "refused");
  EXPECT_EQ(json["exit_code"], 1);
  EXPECT_EQ(json["line"], drain - lines.begin() + 1);
  EXPECT_THAT(json["refusal"].get<std::string>(), HasSubstr("fence_miss_epoch"));
}

TEST(EventLogs, WithoutAnEventGiveNoVerdict) {
  const std::string path = ScratchDirectory() + "/events.log";
  WriteFile(path, "{\"format\":\"fencepost event log\",\"version\":1}\n");
  EXPECT_EQ(Fencepost({"conform", path}).exit_code, 5);
  EXPECT_EQ(Fencepost({"check-log", path}).exit_code, 5);
}

TEST(EventLogs, ThatAreBadGetOneClearError) {
  const std::string path = LogOf("shutdown-vs-refresh", "3");
  const std::string good = ReadFile(path);
  const auto error_of = [](const std::string& log) {
    std::string error;
    for (const char* command : {"conform", "check-log"}) {
      const CommandResult result = Fencepost({command, log});
      EXPECT_EQ(result.exit_code, 2);
      EXPECT_EQ(result.out, "");
      EXPECT_TRUE(error.empty() || error == result.err);
      error = result.err;
    }
    return error;
  };
  const auto error_for = [&](const std::string& text) {
    WriteFile(path, text);
    return error_of(path);
  };
  const std::string at = "fencepost: " + path + ", line ";
  EXPECT_EQ(error_of("/nowhere"), "fencepost: /nowhere: cannot open: No such file or directory\n");
  EXPECT_EQ(error_of("/"), "fencepost: /, line 1: it cannot be read\n");
  EXPECT_EQ(error_for(""), at + "1: the log is truncated: it is empty\n");
  EXPECT_EQ(error_for("{}\n"), at + "1: this is no event log of fencepost\n");
  EXPECT_THAT(error_for(good.substr(0, good.size() - 9)), HasSubstr("the log is truncated"));
  const auto changed = [&](const std::string& from, const std::string& to) {
    std::string text = good;
    return error_for(text.replace(text.find(from), from.size(), to));
  };
  EXPECT_THAT(changed("\"version\":3", "\"version\":9"), StartsWith(at + "1: version 9 is newer"));
  EXPECT_EQ(changed("\"cp\":\"cp-1\"", "\"cp\":1"), at + "2: the field cp is no text\n");
  EXPECT_EQ(changed("\"state\":\"active\"", "\"state\":\"asleep\""),
            at + "2: the field state has no such value\n");
}

TEST(EventLogs, ThatCannotBeWrittenAreAnError) {
  const CommandResult result =
      Fencepost({"run", "shutdown-vs-refresh", "--event-log", "/nowhere/events.log"});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_EQ(result.out, "");
  EXPECT_EQ(result.err,
            "fencepost: /nowhere/events.log: the event log cannot be written: No such file or "
            "directory\n");
  EXPECT_EQ(Fencepost({"run", "shutdown-vs-refresh", "--event-log", "/dev/full"}).err,
            "fencepost: /dev/full: the event log could not be written to its end\n");
  const std::string recording = ScratchDirectory() + "/run.json";
  ASSERT_EQ(Fencepost({"run", "shutdown-vs-refresh", "--replay-file", recording}).exit_code, 0);
  EXPECT_EQ(Fencepost({"replay", recording, "--event-log", "/dev/full"}).err,
            "fencepost: /dev/full: the event log could not be written to its end\n");
}

}  // namespace
}  // namespace fencepost::cli
