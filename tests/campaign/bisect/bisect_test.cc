// The whole command over a tiny repository, whose commits say themselves what is wrong with them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "tests/cli/command.h"

namespace fencepost::campaign {
namespace {

using Json = nlohmann::json;
using testing::HasSubstr;

// A commit's tree is the file `state`; to build it is to copy that.
constexpr const char* kBuild = "test $(cat state) != broken && cp state built";
constexpr const char* kRun =
    "case $(cat built) in good) exit 0;; bad) exit 1;; odd) exit 125;; *) exit 127;; esac";

class Bisect : public testing::Test {
 protected:
  Bisect() {
    Git({"init", "--quiet", "--initial-branch=main"});
    EXPECT_EQ(
        Planted({"run", "lost-update", "--seed", "2", "--replay-file", "failure.json"}).exit_code,
        1);
  }

  std::string Git(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {"-c", "user.name=a", "-c", "user.email=a@example.com"});
    const CommandResult result = RunCommandLine("/usr/bin/git", arguments);
    EXPECT_EQ(result.exit_code, 0) << result.err;
    return result.out.substr(0, result.out.find('\n'));
  }

  void Commit(const std::string& file, const std::string& text, const std::string& subject) {
    WriteFile(ScratchDirectory() + "/" + file, text);
    Git({"add", file});
    Git({"commit", "--quiet", "--allow-empty", "-m", subject});
    Git({"tag", subject});
  }
  // Commits tagged c0, c1, … with these states.
  void History(const std::vector<std::string>& states) {
    for (std::size_t i = 0; i < states.size(); ++i) {
      Commit("state", states[i] + "\n", "c" + std::to_string(i));
    }
  }

  CommandResult Run(const std::string& good, const std::string& bad,
                    std::vector<std::string> more = {}) {
    std::vector<std::string> arguments = {"bisect", "failure.json", "--good", good,    "--bad",
                                          bad,      "--build",      kBuild,   "--run", kRun};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return Planted(arguments);
  }
  std::string Error(const std::string& good, const std::string& bad) {
    const CommandResult result = Run(good, bad);
    EXPECT_EQ(result.exit_code, 2);
    EXPECT_EQ(result.out, "");
    return result.err.substr(result.err.rfind("fencepost: "));
  }
};

TEST_F(Bisect, NamesTheCommitThatBrokeTheProperty) {
  History({"good", "good", "good", "good", "good", "bad", "bad", "bad", "bad"});
  const CommandResult result = Run("c0", "c8");
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.out, HasSubstr(" c5\nis the first commit at which no-lost-update breaks\n"));
  EXPECT_LE(std::count(result.err.begin(), result.err.end(), '\n'), 2 + 3) << result.err;
}

TEST_F(Bisect, PassesOverWhatCannotBeBuiltOrTested) {
  History({"good", "good", "odd", "good", "broken", "bad", "odd", "broken", "bad"});
  const CommandResult result = Run("main~8", "main", {"--json"});
  EXPECT_EQ(result.exit_code, 5) << result.err;
  const Json report = Json::parse(result.out);
  EXPECT_EQ(report["outcome"], "undecided");
  EXPECT_EQ(report["property"], "no-lost-update");
  EXPECT_EQ(report["first_bad"], (Json{Git({"rev-parse", "c4"}), Git({"rev-parse", "c5"})}));

  const CommandResult words = Run("main~8", "main");
  EXPECT_THAT(words.out, HasSubstr("all but the last cannot be tested"));
  EXPECT_THAT(words.err, HasSubstr("c4: untestable, it does not build (exit code 1)"));
}

TEST_F(Bisect, FollowsMerges) {
  History({"good", "good"});
  Git({"checkout", "--quiet", "-b", "side", "c0"});
  Commit("other", "1", "s1");
  Commit("state", "bad\n", "s2");
  Commit("other", "2", "s3");
  Git({"checkout", "--quiet", "main"});
  Git({"merge", "--quiet", "--no-edit", "-X", "theirs", "side"});
  Commit("other", "3", "after");
  EXPECT_THAT(Run("c1", "after").out, HasSubstr(" s2\nis the first commit"));
}

// The revision's own program replays the file, and the report of it is the judge. It is the one
// with the planted scenarios, in which older commits looked again before they wrote.
TEST_F(Bisect, ReplaysTheRecordingOnEachBuild) {
  const std::string program = FENCEPOST_PLANTED;
  const std::string bad = "#!/bin/sh\nexec " + program + " \"$@\"\n";
  const std::string good =
      "#!/bin/sh\nsed 's/\"guarded\":\"0\"/\"guarded\":\"1\"/' \"$2\" >changed.json\n"
      "shift 2\nexec " +
      program + " replay changed.json \"$@\"\n";
  Commit("program", good, "c0");
  Commit("other", "1", "c1");
  Commit("program", "#!/bin/sh\necho no such scenario >&2\nexit 2\n", "c2");
  Commit("program", good, "c3");
  Commit("program", bad, "c4");
  Commit("other", "2", "c5");
  const CommandResult result =
      Planted({"bisect", "failure.json", "--good", "c0", "--bad", "c5", "--build",
               "mkdir -p build/release/cli && cp program build/release/cli/fencepost &&"
               " chmod +x build/release/cli/fencepost"});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.out, HasSubstr(" c4\nis the first commit at which no-lost-update breaks\n"));
}

// Where the older code goes another way than the recording, seeds decide, unless there are to be
// none.
TEST_F(Bisect, SearchesWhereTheCodeGoesAnotherWay) {
  const auto program = [](const std::string& failure) {
    return "#!/bin/sh\ncase $1 in\n"
           "replay) echo '{\"end\":\"passed\",\"property\":null,\"parting\":{\"step\":0}}';;\n"
           "fuzz) test \"$2 $3 $4\" = 'lost-update --seeds 1..70' && echo '{\"failure\":" +
           failure + "}';;\nesac\n";
  };
  Commit("program", program("null"), "c0");
  Commit("other", "1", "c1");
  Commit("program", program("{\"property\":\"no-lost-update\"}"), "c2");
  Commit("other", "2", "c3");
  const std::vector<std::string> arguments = {
      "bisect",
      "failure.json",
      "--good",
      "c0",
      "--bad",
      "c3",
      "--build",
      "mkdir -p build/release/cli && cp program build/release/cli/fencepost &&"
      " chmod +x build/release/cli/fencepost",
      "--seeds"};
  const auto with_seeds = [&arguments](const char* seeds) {
    std::vector<std::string> all = arguments;
    all.push_back(seeds);
    return Planted(all);
  };
  const CommandResult result = with_seeds("70");
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.out, HasSubstr(" c2\nis the first commit at which no-lost-update breaks\n"));
  EXPECT_THAT(result.err, HasSubstr("no-lost-update holds under 70 seeds"));
  EXPECT_THAT(with_seeds("0").err, HasSubstr("the commit of --bad is untestable: the run parts"));
}

TEST_F(Bisect, LeavesTheRepositoryAsItWas) {
  History({"good", "bad", "bad"});
  WriteFile(ScratchDirectory() + "/state", "changed by hand\n");
  EXPECT_EQ(Run("c0", "c2").exit_code, 0);
  EXPECT_EQ(ReadFile(ScratchDirectory() + "/state"), "changed by hand\n");
  EXPECT_EQ(Git({"symbolic-ref", "HEAD"}), "refs/heads/main");
  const std::string trees = RunCommandLine("/usr/bin/git", {"worktree", "list"}).out;
  EXPECT_EQ(std::count(trees.begin(), trees.end(), '\n'), 1) << trees;
}

// Ctrl-C reaches the build and the command; the build ends, and the command cleans up.
TEST_F(Bisect, AnInterruptedBuildEndsItAndLeavesNothingBehind) {
  History({"good", "bad"});
  const CommandResult result = Planted({"bisect", "failure.json", "--good", "c0", "--bad", "c1",
                                        "--build", "pwd >&2; kill -INT $PPID; kill -INT $$"});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_EQ(result.err, "fencepost: interrupted\n");
  const std::string trees = RunCommandLine("/usr/bin/git", {"worktree", "list"}).out;
  EXPECT_EQ(std::count(trees.begin(), trees.end(), '\n'), 1) << trees;
}

TEST_F(Bisect, RefusesWrongEndsInOneLine) {
  History({"good", "bad", "good", "broken"});
  EXPECT_EQ(Error("c0", "nowhere"), "fencepost: --bad: there is no commit \"nowhere\"\n");
  EXPECT_EQ(Error("--help", "c1"), "fencepost: --good: there is no commit \"--help\"\n");
  EXPECT_EQ(Error("c1", "c0"),
            "fencepost: the commit of --good is not an ancestor of the one of --bad\n");
  EXPECT_EQ(Error("c1", "c1"), "fencepost: --good and --bad are the same commit\n");
  EXPECT_EQ(Error("c0", "c2"), "fencepost: the commit of --bad is good: exit code 0\n");
  EXPECT_EQ(Error("c0", "c3"),
            "fencepost: the commit of --bad is untestable: it does not build (exit code 1)\n");
}

TEST_F(Bisect, RefusesOtherWrongInputInOneLine) {
  History({"good", "bad"});
  const auto error = [](const std::vector<std::string>& arguments) {
    const CommandResult result = Planted(arguments);
    EXPECT_EQ(result.exit_code, 2);
    return result.err;
  };
  EXPECT_EQ(error({"bisect", "failure.json", "--bad", "c1"}),
            "fencepost: bisect needs --good REV\n");
  EXPECT_THAT(error({"bisect", "missing.json", "--good", "c0", "--bad", "c1"}),
              HasSubstr("missing.json: cannot open"));
  EXPECT_THAT(error({"bisect"}), HasSubstr("bisect needs a REPLAY"));
  EXPECT_EQ(
      Planted({"run", "lost-update", "--guarded", "1", "--replay-file", "clean.json"}).exit_code,
      0);
  EXPECT_THAT(error({"bisect", "clean.json", "--good", "c0", "--bad", "c1"}),
              HasSubstr("names no broken property"));
  EXPECT_THAT(error({"bisect", "failure.json", "--good", "c0", "--bad", "c1", "--build", "true",
                     "--run", "no-such-program"}),
              HasSubstr("ended with exit code 127, which is no verdict"));
}

TEST(BisectOutside, NeedsARepository) {
  ASSERT_EQ(
      Planted({"run", "lost-update", "--seed", "2", "--replay-file", "failure.json"}).exit_code, 1);
  const CommandResult result = Planted({"bisect", "failure.json", "--good", "a", "--bad", "b"});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_EQ(result.err,
            "fencepost: bisect runs in the repository of the code, and this directory is in "
            "none\n");
}

}  // namespace
}  // namespace fencepost::campaign
