#include "sim/engine/replay/replay_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

namespace fencepost::sim {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;

ReplayFile Sample() {
  ReplayFile file;
  file.scenario = "shutdown_vs_refresh";
  file.store = "sim";
  file.parameters = {{"workers", "3"}, {"quote", "\"\\\n"}};
  file.strategy = "random-walk";
  file.seed = UINT64_MAX;
  file.hash = 0xf00d;
  file.property = "fenced-delete";
  file.conform = true;
  file.revision = "1.2.3";
  file.choices = {{ChoiceKind::kSchedule, Label::Of("claim"), Label::Of("cp-1/janitor"), 1, 3, 0},
                  {ChoiceKind::kRandom, Label::Of("jitter"), Label(), 0, 0, UINT64_MAX},
                  {ChoiceKind::kFault, Label::Of("call"), Label::Of("lost reply"), 2, 4, 0}};
  file.checkpoints = {1, 2, 0xffffffffffffffffu};
  return file;
}

std::string Message(const absl::Status& status) { return std::string(status.message()); }

// Replaces the first occurrence in the sample's JSON.
std::string Edited(const std::string& from, const std::string& to) {
  std::string text = ReplayToJson(Sample());
  const size_t place = text.find(from);
  EXPECT_NE(place, std::string::npos) << from;
  return text.replace(place, from.size(), to);
}

void ExpectError(const std::string& text, absl::StatusCode code, const std::string& words) {
  const auto file = ReplayFromJson(text);
  ASSERT_FALSE(file.ok()) << text;
  EXPECT_EQ(file.status().code(), code) << Message(file.status());
  EXPECT_THAT(Message(file.status()), HasSubstr(words));
}

class ReplayFileTest : public testing::Test {
 protected:
  void SetUp() override {
    directory = std::filesystem::path(testing::TempDir()) /
                ("replay_file_test." + std::to_string(getpid()));
    std::filesystem::create_directory(directory);
    path = directory / "run.json";
  }
  void TearDown() override { std::filesystem::remove_all(directory); }

  std::filesystem::path directory;
  std::string path;
};

TEST_F(ReplayFileTest, WhatIsWrittenIsRead) {
  ASSERT_TRUE(WriteReplayFile(path, Sample()).ok());
  const auto file = ReadReplayFile(path);
  ASSERT_TRUE(file.ok()) << Message(file.status());
  EXPECT_EQ(*file, Sample());
}

TEST_F(ReplayFileTest, OptionalPartsMayBeAbsent) {
  ReplayFile file = Sample();
  file.seed.reset();
  file.property.reset();
  file.conform = false;
  file.checkpoints.clear();
  file.choices.clear();
  ASSERT_TRUE(WriteReplayFile(path, file).ok());
  EXPECT_EQ(ReadReplayFile(path).value(), file);
}

RC_GTEST_PROP(ReplayFile, AnyTextSurvivesAsAName, ()) {
  ReplayFile file = Sample();
  // Names are UTF-8; ASCII with control characters, quotes and backslashes is the hard part.
  const auto text = rc::gen::container<std::string>(rc::gen::inRange<char>(1, 127));
  file.scenario = *text;
  file.parameters = {{*text, *text}};
  RC_ASSERT(ReplayFromJson(ReplayToJson(file)).value() == file);
}

TEST_F(ReplayFileTest, WritingReplacesAtomicallyAndLeavesNothingBeside) {
  ReplayFile file = Sample();
  ASSERT_TRUE(WriteReplayFile(path, file).ok());
  file.scenario = "another";
  ASSERT_TRUE(WriteReplayFile(path, file).ok());
  EXPECT_EQ(ReadReplayFile(path)->scenario, "another");
  size_t files = 0;
  for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(directory)) ++files;
  EXPECT_EQ(files, 1u);
}

TEST_F(ReplayFileTest, AWriteThatFailsLeavesTheOldFileAndNothingBeside) {
  std::filesystem::create_directories(path + "/not-empty");  // rename onto it must fail
  const absl::Status status = WriteReplayFile(path, Sample());
  EXPECT_FALSE(status.ok());
  EXPECT_THAT(Message(status), HasSubstr(path));
  size_t files = 0;
  for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(directory)) ++files;
  EXPECT_EQ(files, 1u);
}

// The user knows nothing of the file that it is first written to.
TEST_F(ReplayFileTest, AWriteIntoAMissingFolderNamesTheFileThatWasAskedFor) {
  const std::string missing = directory.string() + "/missing/run.json";
  const absl::Status status = WriteReplayFile(missing, Sample());
  EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(Message(status), StartsWith(missing + ": cannot create"));
}

TEST_F(ReplayFileTest, CannotOpen) {
  const auto file = ReadReplayFile(path);
  EXPECT_EQ(file.status().code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(Message(file.status()), AllOf(StartsWith(path), HasSubstr("cannot open")));
}

TEST_F(ReplayFileTest, ADirectoryIsNotReadAsAFile) {
  const auto file = ReadReplayFile(directory);
  EXPECT_EQ(file.status().code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(Message(file.status()), HasSubstr("cannot read"));
}

TEST_F(ReplayFileTest, ErrorsOfTheContentNameTheFile) {
  std::ofstream(path) << "[";
  EXPECT_THAT(Message(ReadReplayFile(path).status()), StartsWith(path + ": "));
}

TEST(ReplayFileErrors, TruncatedAtEveryByte) {
  const std::string text = ReplayToJson(Sample());
  for (size_t size = 0; size + 2 < text.size(); ++size) {
    ExpectError(text.substr(0, size), absl::StatusCode::kDataLoss,
                "truncated: the JSON is not finished at its end, byte " + std::to_string(size));
  }
}

TEST(ReplayFileErrors, NotJson) {
  ExpectError("{\"format\"= 1}", absl::StatusCode::kDataLoss, "not JSON: error at byte 10 of 13");
}

TEST(ReplayFileErrors, NotAReplayFile) {
  for (const char* text :
       {"[]", "{}", "3", R"({"format":"other","version":1})", R"({"format":7,"version":1})"}) {
    ExpectError(text, absl::StatusCode::kInvalidArgument, "not a fencepost replay file");
  }
}

TEST(ReplayFileErrors, NewerVersion) {
  ExpectError(Edited("\"version\": 1", "\"version\": 2"), absl::StatusCode::kFailedPrecondition,
              "written by a newer fencepost (version 2; this one reads up to 1)");
}

TEST(ReplayFileErrors, EachMissingFieldIsNamed) {
  for (const char* field :
       {"version", "scenario", "store", "parameters", "strategy", "hash", "revision", "choices"}) {
    const std::string quoted = "\"" + std::string(field) + "\":";
    ExpectError(Edited(quoted, "\"unknown\":"), absl::StatusCode::kInvalidArgument,
                "missing field \"" + std::string(field) + "\"");
  }
  for (const char* field : {"kind", "point", "chosen", "index", "count"}) {
    const std::string quoted = "\"" + std::string(field) + "\":";
    ExpectError(Edited(quoted, "\"unknown\":"), absl::StatusCode::kInvalidArgument,
                "missing field \"choices[0]." + std::string(field) + "\"");
  }
}

TEST(ReplayFileErrors, WrongTypesAndValuesAreNamed) {
  constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;
  ExpectError(Edited("\"sim\"", "5"), kInvalid, "field \"store\" must be a string, not number");
  ExpectError(Edited("\"3\"", "3"), kInvalid, "field \"parameters.workers\" must be a string");
  ExpectError(Edited("\"conform\": true", "\"conform\": 1"), kInvalid,
              "field \"conform\" must be true or false, not number");
  ExpectError(Edited("\"seed\": 1", "\"seed\": -1"), kInvalid,
              "field \"seed\" must be a whole number from 0 to 18446744073709551615, not -1");
  ExpectError(Edited("0x000000000000f00d", "f00d"), kInvalid,
              "field \"hash\" must be a hexadecimal string");
  ExpectError(Edited("0x000000000000f00d", "0x"), kInvalid, "field \"hash\"");
  ExpectError(Edited("\"schedule\"", "\"whim\""), kInvalid,
              "field \"choices[0].kind\" has the unknown value \"whim\"");
  ExpectError(Edited("\"count\":3", "\"count\":0"), kInvalid, "\"choices[0].count\"");
  ExpectError(Edited("\"index\":1", "\"index\":4294967296"), kInvalid, "too large");
  ExpectError(Edited("\"choices\": [", "\"choices\": [3,"), kInvalid,
              "field \"choices[0]\" must be an object, not number");
  ExpectError(Edited("\"at\"", "\"unknown\""), kInvalid, "some of the choices have a field \"at\"");
}

TEST(ReplayFileErrors, UnknownFieldsAreIgnored) {
  EXPECT_EQ(ReplayFromJson(Edited("\"store\"", "\"later\": {}, \"store\"")).value(), Sample());
}

}  // namespace
}  // namespace fencepost::sim
