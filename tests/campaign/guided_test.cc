// Campaigns that learn from one run to the next, with the built command.
#include <gtest/gtest.h>
#include <sqlite3.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "tests/cli/command.h"

namespace fencepost::campaign {
namespace {

using Json = nlohmann::json;

CommandResult Guided(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), "fuzz");
  arguments.insert(arguments.end(), {"--strategy", "guided", "--json"});
  return Planted(arguments);
}

std::string DigestOf(const CommandResult& result) {
  return Json::parse(result.out)["scenarios"][0]["digest"];
}

std::string CorpusPath() { return ScratchDirectory() + "/corpus.sqlite"; }

std::int64_t Kept() {
  sqlite3* handle = nullptr;
  sqlite3_stmt* count = nullptr;
  EXPECT_EQ(sqlite3_open(CorpusPath().c_str(), &handle), SQLITE_OK);
  sqlite3_prepare_v2(handle, "SELECT count(*) FROM execution", -1, &count, nullptr);
  EXPECT_EQ(sqlite3_step(count), SQLITE_ROW);
  const std::int64_t kept = sqlite3_column_int64(count, 0);
  sqlite3_finalize(count);
  sqlite3_close(handle);
  return kept;
}

void ExecuteSql(const char* sql) {
  sqlite3* handle = nullptr;
  EXPECT_EQ(sqlite3_open(CorpusPath().c_str(), &handle), SQLITE_OK);
  EXPECT_EQ(sqlite3_exec(handle, sql, nullptr, nullptr, nullptr), SQLITE_OK);
  sqlite3_close(handle);
}

TEST(GuidedStrategy, WhatItFindsIsRepeatedByItsRecordingAndByItsCampaign) {
  const CommandResult result = Guided({"lost-update", "--jobs", "1", "--base-seed", "7"});
  EXPECT_EQ(result.exit_code, 1) << result.err;
  const Json failure = Json::parse(result.out)["failure"];
  EXPECT_EQ(failure["property"], "no-lost-update");
  EXPECT_EQ(failure["strategy"], "guided");
  EXPECT_TRUE(failure["seed"].is_null()) << "no seed repeats it alone";
  EXPECT_EQ(failure["repeated"], true);
  const Json replay = Json::parse(Planted({"replay", failure["replay"], "--json"}).out);
  EXPECT_EQ(replay["hash"], failure["hash"]);
  const int last = 6 + failure["execution"].get<int>();
  EXPECT_EQ(failure["commands"][1],
            "fencepost fuzz lost-update --strategy guided --jobs 1 --seeds "
            "7.." +
                std::to_string(last));
  const CommandResult again =
      Guided({"lost-update", "--jobs", "1", "--seeds", "7.." + std::to_string(last)});
  EXPECT_EQ(Json::parse(again.out)["failure"]["hash"], failure["hash"]);
}

TEST(GuidedStrategy, IsTheSameEachTimeWithOneJob) {
  const auto digest = [] {
    return DigestOf(Guided({"lost-update", "--guarded", "1", "--jobs", "1", "--seeds", "1..2000"}));
  };
  EXPECT_EQ(digest(), digest());
  const CommandResult two =
      Guided({"lost-update", "--guarded", "1", "--jobs", "2", "--seeds", "1..2000"});
  EXPECT_EQ(Json::parse(two.out)["executions"], 2000);
}

TEST(GuidedStrategy, ACrashTellsTheCampaignThatShowsItAgain) {
  const CommandResult result = Guided({"dies", "--jobs", "1"});
  EXPECT_EQ(result.exit_code, 4);
  const std::string command = Json::parse(result.out)["failure"]["command"];
  const std::string start = "fencepost fuzz dies --strategy guided --jobs 1 --seeds ";
  ASSERT_TRUE(command.starts_with(start + "1..")) << command;
  EXPECT_EQ(Guided({"dies", "--jobs", "1", "--seeds", command.substr(start.size())}).exit_code, 4);
}

TEST(GuidedCorpus, IsMadeKeptAndBegunWith) {
  const std::vector<std::string> campaign = {
      "lost-update", "--guarded",       "1",         "--jobs", "1", "--seeds",
      "1..500",      "--guided-corpus", CorpusPath()};
  const CommandResult first = Guided(campaign);
  EXPECT_EQ(first.exit_code, 0) << first.err;
  const std::int64_t kept = Kept();
  EXPECT_GE(kept, 2) << "some schedules of the two actors write other values";
  const CommandResult second = Guided(campaign);
  EXPECT_EQ(second.exit_code, 0) << second.err;
  EXPECT_NE(DigestOf(first), DigestOf(second)) << "it begins with what was kept";
  EXPECT_GE(Kept(), kept);
  // Another scenario, other parameters: nothing of it is theirs.
  EXPECT_EQ(Guided({"unreached", "--seeds", "1..10", "--guided-corpus", CorpusPath()}).exit_code,
            0);
  EXPECT_GT(Kept(), kept);
}

TEST(GuidedCorpus, IsRefusedInOneLineIfItIsNone) {
  const auto error = [] {
    const CommandResult result = Guided(
        {"lost-update", "--guarded", "1", "--seeds", "1..9", "--guided-corpus", CorpusPath()});
    EXPECT_EQ(result.exit_code, 2);
    EXPECT_EQ(result.out, "");
    const std::string start = "fencepost: " + CorpusPath();
    EXPECT_TRUE(result.err.starts_with(start)) << result.err;
    return result.err.substr(std::min(start.size(), result.err.size()));
  };
  WriteFile(CorpusPath(), "#!/bin/sh\n# this is not a database, however long it is made to be\n");
  EXPECT_EQ(error(), " is not a SQLite database\n");
  std::filesystem::remove(CorpusPath());
  ExecuteSql("CREATE TABLE other (x)");
  EXPECT_EQ(error(), " is not a guided corpus: it is the SQLite database of another program\n");
  std::filesystem::remove(CorpusPath());
  ASSERT_EQ(
      Guided({"lost-update", "--guarded", "1", "--seeds", "1..99", "--guided-corpus", CorpusPath()})
          .exit_code,
      0);
  ExecuteSql("PRAGMA user_version = 7");
  EXPECT_EQ(
      error(),
      " is a guided corpus of version 7, made by a newer program; this one knows version 1\n");
  ExecuteSql("PRAGMA user_version = 1");
  ExecuteSql("UPDATE execution SET choices = '[9,9' WHERE id = 1");
  EXPECT_TRUE(error().starts_with(": execution 1 cannot be read: "));
  const std::string whole = ReadFile(CorpusPath());
  WriteFile(CorpusPath(), whole.substr(0, whole.size() / 2));
  EXPECT_NE(error(), "") << "cut in half";
}

TEST(GuidedCorpus, WrongUse) {
  const auto error = [](const std::vector<std::string>& arguments) {
    const CommandResult result = Planted(arguments);
    EXPECT_EQ(result.exit_code, 2);
    return result.err;
  };
  EXPECT_EQ(error({"fuzz", "dies", "--guided-corpus", "x"}),
            "fencepost: --guided-corpus goes with --strategy guided alone\n");
  EXPECT_EQ(
      error({"fuzz", "dies", "--strategy", "guided", "--check-determinism"}),
      "fencepost: --check-determinism cannot go with --strategy guided: its executions depend "
      "on those before them\n");
  EXPECT_EQ(
      error({"run", "dies", "--strategy", "guided"}),
      "fencepost: run takes no --strategy \"guided\" (which is for fuzz); it takes portfolio, "
      "random-walk, pct, pos, urw, surw, reads-from\n");
}

}  // namespace
}  // namespace fencepost::campaign
