// Every wrong input gets one clear line on stderr, nothing on stdout, and exit code 2.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/cli/command.h"

namespace fencepost::cli {
namespace {

struct WrongUse {
  std::vector<std::string> arguments;
  std::string message;
};

class Usage : public testing::TestWithParam<WrongUse> {};

TEST_P(Usage, GetsOneClearError) {
  const CommandResult result = Planted(GetParam().arguments);
  EXPECT_EQ(result.err, "fencepost: " + GetParam().message + "\n");
  EXPECT_EQ(result.out, "");
  EXPECT_EQ(result.exit_code, 2);
}

INSTANTIATE_TEST_SUITE_P(
    Syntax, Usage,
    testing::Values(
        WrongUse{{},
                 "give a command: list, run, fuzz, explore, replay, shrink, bisect, choice-bytes, "
                 "store, model, conform, check-log; see: fencepost --help"},
        WrongUse{{"fuz"}, "there is no command \"fuz\"; did you mean fuzz?"},
        WrongUse{{"--json"}, "--json cannot stand before a command; see: fencepost --help"},
        WrongUse{{"fuzz", "--sede", "3"}, "fuzz has no option --sede; did you mean --seeds?"},
        WrongUse{{"fuzz", "--qqqqqqqqqq"},
                 "fuzz has no option --qqqqqqqqqq; see: fencepost fuzz --help"},
        WrongUse{{"fuzz", "--seeds"}, "--seeds needs a value; see: fencepost fuzz --help"},
        WrongUse{{"run"}, "run needs a SCENARIO; see: fencepost run --help"},
        WrongUse{{"run", "dies", "throws"},
                 "run does not know what to do with \"throws\"; see: fencepost run --help"},
        WrongUse{{"run", "dies", "--seed", "1", "--seed", "2"}, "--seed was given more than once"},
        WrongUse{{"choice-bytes"}, "choice-bytes needs --to DIR: where the files go"},
        WrongUse{{"run", "dies", "--choice-bytes", "x", "--seed", "1"},
                 "--choice-bytes says what is chosen: leave out --seed, --strategy and "
                 "--check-determinism"},
        WrongUse{{"run", "dies", "--choice-bytes", "/nowhere"}, "/nowhere: cannot be read"},
        WrongUse{{"run", "dies", "--choice-bytes", "/"}, "/: is a directory"},
        WrongUse{{"run", "dies", "--", "--seed"},
                 "run does not know what to do with \"--seed\"; see: fencepost run --help"},
        WrongUse{{"choice-bytes", "--to", "x", "--seed-count", "0"},
                 "--seed-count needs at least 1"},
        WrongUse{{"fuzz", "dies", "dies"}, "scenario dies was given more than once"}));

INSTANTIATE_TEST_SUITE_P(
    Scenarios, Usage,
    testing::Values(
        WrongUse{{"run", "lost-updat"},
                 "there is no scenario \"lost-updat\"; did you mean lost-update?"},
        WrongUse{{"explore", "qqq"},
                 "there is no scenario \"qqq\"; there are: by-address, by-environment, dies, "
                 "dies-elsewhere, endless, forgetful, gated, lost-update, never-settles, silent, "
                 "throws, unreached"},
        WrongUse{{"run", "dies", "--guarded", "1"},
                 "scenario dies has no parameter guarded: it has none"},
        WrongUse{{"fuzz", "dies", "throws", "--guarded", "1"},
                 "none of the scenarios to run has the parameter --guarded"},
        WrongUse{{"run", "lost-update", "--guarded", "7"},
                 "parameter guarded of scenario lost-update must be from 0 to 1, not 7"},
        WrongUse{{"run", "lost-update", "--guarded", "x"}, "--guarded needs a number, not \"x\""},
        WrongUse{{"fuzz", "--store", "tape:x"}, "there is no store \"tape:x\""}));

INSTANTIATE_TEST_SUITE_P(
    Numbers, Usage,
    testing::Values(
        WrongUse{{"fuzz", "--seeds", "5..3"},
                 "--seeds needs a range whose first seed is not above its last, such as 3..5, not "
                 "\"5..3\""},
        WrongUse{{"fuzz", "--seeds", "1-3"},
                 "--seeds needs a range of seeds such as 1..1000, not \"1-3\""},
        WrongUse{{"fuzz", "--seeds", "1..99999999999999999999"},
                 "--seeds needs a range of seeds such as 1..1000, up to 18446744073709551615, not "
                 "\"1..99999999999999999999\""},
        WrongUse{{"fuzz", "--seeds", "-5..3"},
                 "--seeds needs a range of seeds such as 1..1000, up to 18446744073709551615, not "
                 "\"-5..3\""},
        WrongUse{{"fuzz", "--seeds", "1..2", "--time", "3s"},
                 "give only one of --seeds, --seed-count and --time"},
        WrongUse{{"fuzz", "--seeds", "1..2", "--base-seed", "3"},
                 "--seeds says which seed is the first: leave out --base-seed"},
        WrongUse{{"fuzz", "--seed-count", "0"}, "--seed-count needs at least 1"},
        WrongUse{{"fuzz", "--base-seed", "18446744073709551615", "--seed-count", "2"},
                 "--base-seed and --seed-count together go beyond the largest seed"},
        WrongUse{{"fuzz", "--check-determinism", "--store", "sqlite:x"},
                 "--check-determinism needs --store sim, not sqlite:x: its two processes would "
                 "share rows"},
        WrongUse{{"fuzz", "--shard", "0/4"},
                 "--shard needs K/N with K from 1 to N and N at most 1000000, such as 2/8, not "
                 "\"0/4\""},
        WrongUse{{"fuzz", "--seeds", "1..3", "--shard", "1/4"},
                 "3 seeds are too few for 4 shards: each needs one"},
        WrongUse{{"fuzz", "--plateau", "0"}, "--plateau needs at least 1"},
        WrongUse{{"fuzz", "--jobs", "0"}, "--jobs needs a number from 1 to 1024"},
        WrongUse{{"fuzz", "--jobs", "-1"},
                 "--jobs needs a number that is not negative, not \"-1\""},
        WrongUse{{"fuzz", "--time", "60"},
                 "--time needs a duration such as 60s, 5m or 1h30m, not \"60\""},
        WrongUse{{"fuzz", "--time", "0s"},
                 "--time needs a duration such as 60s, 5m or 1h30m, not \"0s\""},
        WrongUse{{"run", "dies", "--seed", "1e3"},
                 "--seed needs a number that is not negative, not \"1e3\""},
        WrongUse{{"explore", "dies", "--max-faults", "few"},
                 "--max-faults needs a number that is not negative, or none, not \"few\""},
        WrongUse{{"explore", "dies", "--reduction", "fast"},
                 "--reduction needs one of none, dpor, states, not \"fast\""},
        WrongUse{{"explore", "dies", "--deepen", "--max-preemptions", "2"},
                 "--deepen raises the bound on preemptions by itself: leave out "
                 "--max-preemptions"},
        WrongUse{{"explore", "dies", "--reduction", "dpor", "--max-preemptions", "2"},
                 "--reduction dpor cannot be combined with --max-preemptions: the one execution "
                 "that dpor runs of each class may have more preemptions than another that it does "
                 "not run, so a bound on preemptions would cut what is within it; take --reduction "
                 "states"}));

INSTANTIATE_TEST_SUITE_P(
    Files, Usage,
    testing::Values(
        WrongUse{{"replay", "/nowhere.json"},
                 "/nowhere.json: cannot open: No such file or directory"},
        WrongUse{{"fuzz", "--replay-dir", "/dev/null/x"},
                 "replay files cannot be written to /dev/null/x: /dev/null is not a directory; "
                 "choose another --replay-dir"},
        WrongUse{{"fuzz", "--replay-dir", ""},
                 "replay files cannot be written to : its name is empty; choose another "
                 "--replay-dir"}));

TEST(UsageOfFiles, TellsWhatIsWrongWithAReplayFile) {
  const std::string path = ScratchDirectory() + "/run.json";
  ASSERT_EQ(Planted({"run", "lost-update", "--seed", "2", "--replay-file", path}).exit_code, 1);
  const std::string good = ReadFile(path);
  const auto error_for = [&path](const std::string& text) {
    WriteFile(path, text);
    const CommandResult result = Planted({"replay", path});
    EXPECT_EQ(result.exit_code, 2);
    EXPECT_EQ(result.out, "");
    EXPECT_EQ(std::count(result.err.begin(), result.err.end(), '\n'), 1) << result.err;
    EXPECT_TRUE(result.err.starts_with("fencepost: ")) << result.err;
    return result.err;
  };
  const auto changed = [&good](const std::string& from, const std::string& to) {
    std::string text = good;
    const std::size_t at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return text.replace(at, from.size(), to);
  };
  EXPECT_NE(error_for(good.substr(0, good.size() / 2)).find("truncated"), std::string::npos);
  EXPECT_NE(error_for("").find("truncated"), std::string::npos);
  EXPECT_NE(error_for("{\"a\":1}").find("not a fencepost replay file"), std::string::npos);
  EXPECT_NE(error_for("#!/bin/sh").find("not JSON"), std::string::npos);
  EXPECT_NE(error_for(changed("\"version\": 1", "\"version\": 99")).find("newer"),
            std::string::npos);
  EXPECT_NE(error_for(changed("lost-update", "lost-updates")).find("did you mean lost-update?"),
            std::string::npos);
  EXPECT_NE(error_for(changed("\"guarded\"", "\"workers\"")).find("has no parameter workers"),
            std::string::npos);
  EXPECT_NE(error_for(changed("\"guarded\":\"0\"", "\"guarded\":\"9\"")).find("from 0 to 1"),
            std::string::npos);
  EXPECT_NE(error_for(changed("\"store\": \"sim\"", "\"store\": \"tape\"")).find("no store"),
            std::string::npos);
  for (const char* number : {"-1", "1.5", "18446744073709551616"}) {
    EXPECT_THAT(error_for(changed("\"version\": 1", "\"version\": " + std::string(number))),
                testing::HasSubstr("field \"version\" must be a whole number from 0 to "
                                   "18446744073709551615, not " +
                                   std::string(number).substr(0, 1)));
  }
  EXPECT_NE(error_for(changed("\"guarded\":\"0\"", "\"guarded\":\"99999999999999999999\""))
                .find("its parameter guarded must be a whole number of 64 bits"),
            std::string::npos);
  EXPECT_EQ(Planted({"replay", ScratchDirectory()}).exit_code, 2) << "a directory";
}

// A parameter that many scenarios have takes one line.
TEST(Help, TellsEachParameterInOneLine) {
  const CommandResult result = Planted({"fuzz", "--help"});
  EXPECT_EQ(result.exit_code, 0);
  const std::size_t at = result.out.find("--guarded N");
  ASSERT_NE(at, std::string::npos);
  EXPECT_THAT(result.out.substr(at, result.out.find('\n', at) - at),
              testing::HasSubstr("1: the actors look again before they write (2 scenarios have it; "
                                 "see: fencepost list)"));
}

TEST(Help, NamesEveryExitCode) {
  const CommandResult result = Planted({"--help"});
  EXPECT_EQ(result.exit_code, 0);
  for (const char* code :
       {"  0  clean", "  1  a safety property", "  2  bad usage", "  3  no convergence",
        "  4  the code crashed", "  5  no verdict", "  6  parted"}) {
    EXPECT_NE(result.out.find(code), std::string::npos) << code;
  }
}

}  // namespace
}  // namespace fencepost::cli
