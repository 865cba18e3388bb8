// What a replay on another commit says of that commit.
#include "campaign/bisect/judge.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace fencepost::campaign {
namespace {

using sim::Choice;
using sim::ChoiceKind;
using sim::Label;
using testing::HasSubstr;

// Four choices; the third is the last that is not the default.
sim::ReplayFile Recording() {
  sim::ReplayFile file;
  file.property = "fenced-delete";
  for (const std::uint32_t index : {0U, 1U, 1U, 0U}) {
    file.choices.push_back(
        {ChoiceKind::kSchedule, Label::Of("reply"), Label::Of("cp-1"), index, 2, 0});
  }
  return file;
}

Judgement Judge(const std::string& report) {
  return JudgeReplay(Recording(), {.exit_code = 0, .out = report, .err = ""});
}

TEST(JudgeReplay, BadIsTheRecordedPropertyHoweverTheRunGotThere) {
  EXPECT_EQ(Judge(R"({"end":"property-broken","property":"fenced-delete","parting":null})").verdict,
            CommitVerdict::kBad);
  EXPECT_EQ(
      Judge(R"({"end":"property-broken","property":"fenced-delete","parting":{"step":0}})").verdict,
      CommitVerdict::kBad);
}

TEST(JudgeReplay, GoodMadeEveryDecisionOfTheRecording) {
  EXPECT_EQ(Judge(R"({"end":"passed","property":null,"parting":null})").verdict,
            CommitVerdict::kGood);
  EXPECT_EQ(Judge(R"({"end":"passed","property":null,"parting":{"step":3}})").verdict,
            CommitVerdict::kGood);
  const Judgement early = Judge(R"({"end":"passed","property":null,"parting":{"step":2}})");
  EXPECT_EQ(early.verdict, CommitVerdict::kUntestable);
  EXPECT_THAT(early.why, HasSubstr("at choice 3, before its last decision (choice 3)"));
}

TEST(JudgeSearch, DecidesWhereTheReplayHasParted) {
  const Judgement parted = Judge(R"({"end":"passed","property":null,"parting":{"step":1}})");
  EXPECT_TRUE(parted.parted);
  const auto search = [&parted](const std::string& report) {
    return JudgeSearch(Recording(), parted, 500, {.exit_code = 1, .out = report, .err = ""});
  };
  const Judgement good = search(R"({"failure":null})");
  EXPECT_EQ(good.verdict, CommitVerdict::kGood);
  EXPECT_THAT(good.why, HasSubstr("at choice 2"));
  EXPECT_THAT(good.why, HasSubstr("fenced-delete holds under 500 seeds"));
  EXPECT_EQ(search(R"({"failure":{"property":"fenced-delete"}})").verdict, CommitVerdict::kBad);
  EXPECT_EQ(search(R"({"failure":{"property":"caps-held"}})").verdict, CommitVerdict::kUntestable);
  EXPECT_EQ(search("").verdict, CommitVerdict::kUntestable);
}

TEST(JudgeSearch, RunsTheRecordedScenarioWithItsParameters) {
  sim::ReplayFile file = Recording();
  file.scenario = "shutdown-vs-refresh";
  file.parameters = {{"faults", "2"}, {"swarm", "1"}, {"workers", "3"}};
  EXPECT_EQ(SearchCommand("./fencepost", file, 500),
            "./fencepost fuzz shutdown-vs-refresh --seeds 1..500 --json --replay-dir build/bisect"
            " --faults 2 --workers 3");
}

// Only a program that judges conformance can say that it holds.
TEST(JudgeReplay, ConformanceHoldsWhereItWasJudged) {
  sim::ReplayFile file = Recording();
  file.property = "conformance";
  const auto verdict = [&file](const std::string& more) {
    return JudgeReplay(file,
                       {.exit_code = 0,
                        .out = R"({"end":"passed","property":null,"parting":null)" + more + "}",
                        .err = ""})
        .verdict;
  };
  EXPECT_EQ(verdict(R"(,"conform":true)"), CommitVerdict::kGood);
  EXPECT_EQ(verdict(R"(,"conform":false)"), CommitVerdict::kUntestable);
  EXPECT_EQ(verdict(R"(,"conform":"yes")"), CommitVerdict::kUntestable);
  EXPECT_EQ(verdict(""), CommitVerdict::kUntestable);
  file.scenario = "shutdown-vs-refresh";
  EXPECT_EQ(SearchCommand("./fencepost", file, 7),
            "./fencepost fuzz shutdown-vs-refresh --seeds 1..7 --json --replay-dir build/bisect"
            " --conform");
}

TEST(JudgeReplay, AnotherBrokenPropertyIsNoVerdict) {
  const Judgement other = Judge(R"({"end":"property-broken","property":"caps-held"})");
  EXPECT_EQ(other.verdict, CommitVerdict::kUntestable);
  EXPECT_EQ(other.why, "caps-held breaks, not fenced-delete");
}

TEST(JudgeReplay, NoReportIsNoVerdict) {
  const Judgement none = JudgeReplay(
      Recording(), {.exit_code = 2, .out = "", .err = "x\nfencepost: there is no scenario\n"});
  EXPECT_EQ(none.verdict, CommitVerdict::kUntestable);
  EXPECT_EQ(none.why, "the replay gave no report (exit code 2): fencepost: there is no scenario");
  EXPECT_EQ(Judge("[1]").verdict, CommitVerdict::kUntestable);
  EXPECT_EQ(Judge("{\"half\":").verdict, CommitVerdict::kUntestable);
}

TEST(JudgeExitCode, IsThatOfGitBisectRun) {
  EXPECT_EQ(JudgeExitCode(0)->verdict, CommitVerdict::kGood);
  EXPECT_EQ(JudgeExitCode(1)->verdict, CommitVerdict::kBad);
  EXPECT_EQ(JudgeExitCode(124)->verdict, CommitVerdict::kBad);
  EXPECT_EQ(JudgeExitCode(125)->verdict, CommitVerdict::kUntestable);
  EXPECT_FALSE(JudgeExitCode(127).ok());
  EXPECT_FALSE(JudgeExitCode(139).ok());
}

}  // namespace
}  // namespace fencepost::campaign
