// fencepost bisect: the commit that broke a property, by replaying a recording of the failure on
// builds of older commits.
#include <fmt/format.h>

#include <cstdio>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "campaign/bisect/judge.h"
#include "campaign/bisect/process.h"
#include "campaign/bisect/repository.h"
#include "campaign/bisect/search.h"
#include "cli/commands.h"
#include "cli/fuzz_budget.h"
#include "cli/report/json_report.h"
#include "sim/engine/replay/replay_file.h"

namespace fencepost::cli {
namespace {

constexpr const char* kBuild =
    "cmake --preset release -DFENCEPOST_BUILD_TESTS=OFF -DFENCEPOST_BUILD_BENCH=OFF &&"
    " cmake --build build/release --target fencepost";
// Both options are as old as the format of replay files.
constexpr const char* kProgram = "build/release/cli/fencepost";
constexpr const char* kReplay =
    " replay \"$FENCEPOST_REPLAY\" --follow-default-after-parting --json";
constexpr std::uint64_t kDefaultSeeds = 5000;

absl::Status Wrong(const std::string& sentence) { return absl::InvalidArgumentError(sentence); }

absl::StatusOr<sim::ReplayFile> RecordedFailure(const std::string& path) {
  auto file = sim::ReadReplayFile(path);
  if (!file.ok()) return file.status();
  if (!file->property) {
    return Wrong(path + ": the recording names no broken property: there is nothing to look for");
  }
  return file;
}

struct TestedCommit {
  std::string commit;
  Judgement judgement;
};

class Bisection {
 public:
  Bisection(const GivenArguments& given, const Repository& repository, sim::ReplayFile file,
            std::uint64_t seeds)
      : given_(given), repository_(repository), file_(std::move(file)), seeds_(seeds) {}

  absl::StatusOr<ExitCode> Run() {
    const auto good = End("--good");
    if (!good.ok()) return good.status();
    const auto bad = End("--bad");
    if (!bad.ok()) return bad.status();
    const auto ordered = repository_.IsAncestor(*good, *bad);
    if (!ordered.ok()) return ordered.status();
    if (*good == *bad) return Wrong("--good and --bad are the same commit");
    if (!*ordered) return Wrong("the commit of --good is not an ancestor of the one of --bad");
    auto worktree = Worktree::Make(repository_, *bad);
    if (!worktree.ok()) return worktree.status();
    worktree_ = &*worktree;
    if (absl::Status status = Expect("--bad", *bad, CommitVerdict::kBad); !status.ok()) {
      return status;
    }
    if (absl::Status status = Expect("--good", *good, CommitVerdict::kGood); !status.ok()) {
      return status;
    }
    const auto first = FindFirstBad(
        *good, *bad,
        [this](const auto& to, const auto& from) { return repository_.Suspects(to, from); },
        [this](const std::string& commit, std::size_t left) { return Test(commit, left); });
    if (!first.ok()) return first.status();
    return Show(*first);
  }

 private:
  absl::StatusOr<std::string> End(const std::string& option) const {
    const std::string* revision = given_.Find(option);
    if (revision == nullptr) return Wrong("bisect needs " + option + " REV");
    return repository_.Resolve(option, *revision);
  }

  // The ends are tested as well: a search between wrong ends would name an innocent commit.
  absl::Status Expect(const std::string& option, const std::string& commit,
                      CommitVerdict expected) {
    const auto judgement = Test(commit, std::nullopt);
    if (!judgement.ok()) return judgement.status();
    if (judgement->verdict == expected) return absl::OkStatus();
    return Wrong(fmt::format("the commit of {} is {}: {}", option,
                             CommitVerdictName(judgement->verdict), judgement->why));
  }

  absl::StatusOr<Judgement> Test(const std::string& commit, std::optional<std::size_t> left) {
    auto judgement = Judge(commit);
    if (!judgement.ok()) return judgement;
    tested_.push_back({commit, *judgement});
    const std::string count = left ? fmt::format("of {} suspects ", *left) : "";
    std::fprintf(stderr, "%s%s: %s, %s\n", count.c_str(), repository_.Describe(commit).c_str(),
                 std::string(CommitVerdictName(judgement->verdict)).c_str(),
                 judgement->why.c_str());
    return judgement;
  }

  absl::StatusOr<Judgement> Judge(const std::string& commit) const {
    if (absl::Status status = worktree_->CheckOut(commit); !status.ok()) return status;
    const std::string* build = given_.Find("--build");
    const auto built = Shell(build == nullptr ? kBuild : *build);
    if (!built.ok()) return built.status();
    if (built->exit_code != 0) {
      return Judgement{CommitVerdict::kUntestable,
                       fmt::format("it does not build (exit code {})", built->exit_code)};
    }
    if (const std::string* command = given_.Find("--run")) {
      const auto run = Shell(*command);
      if (!run.ok()) return run.status();
      return JudgeExitCode(run->exit_code);
    }
    return JudgeByItsProgram();
  }

  absl::StatusOr<Judgement> JudgeByItsProgram() const {
    const auto replay = Shell(std::string(kProgram) + kReplay);
    if (!replay.ok()) return replay.status();
    const Judgement judgement = JudgeReplay(file_, *replay);
    if (!judgement.parted || seeds_ == 0) return judgement;
    const auto search = Shell(SearchCommand(kProgram, file_, seeds_));
    if (!search.ok()) return search.status();
    return JudgeSearch(file_, judgement, seeds_, *search);
  }

  absl::StatusOr<ProcessResult> Shell(const std::string& command) const {
    const std::string path = std::filesystem::absolute(given_.names.front()).string();
    // The compiler's cache must not mind that the tree is elsewhere each time.
    return RunProcess({"/bin/sh", "-c", command}, {worktree_->path(),
                                                   {{"FENCEPOST_REPLAY", path},
                                                    {"FENCEPOST_PROPERTY", *file_.property},
                                                    {"CCACHE_BASEDIR", worktree_->path()},
                                                    {"CCACHE_NOHASHDIR", "1"}}});
  }

  ExitCode Show(const FirstBad& first) const {
    const bool certain = first.commits.size() == 1;
    const ExitCode code = certain ? ExitCode::kClean : ExitCode::kNoVerdict;
    if (given_.Has("--json")) {
      ShowJson(first, code);
      return code;
    }
    if (certain) {
      std::printf("%s\nis the first commit at which %s breaks\n",
                  repository_.Describe(first.commits.front()).c_str(), file_.property->c_str());
      return code;
    }
    std::printf("%s first breaks at one of these commits; all but the last cannot be tested:\n",
                file_.property->c_str());
    for (const std::string& commit : first.commits) {
      std::printf("%s\n", repository_.Describe(commit).c_str());
    }
    return code;
  }

  void ShowJson(const FirstBad& first, ExitCode code) const {
    Json json;
    json["outcome"] = code == ExitCode::kClean ? "found" : "undecided";
    json["exit_code"] = static_cast<int>(code);
    json["property"] = *file_.property;
    json["first_bad"] = first.commits;
    json["tested"] = Json::array();
    for (const TestedCommit& tested : tested_) {
      json["tested"].push_back({{"commit", tested.commit},
                                {"verdict", CommitVerdictName(tested.judgement.verdict)},
                                {"why", tested.judgement.why}});
    }
    PrintJson(json);
  }

  const GivenArguments& given_;
  const Repository& repository_;
  const sim::ReplayFile file_;
  const std::uint64_t seeds_;
  const Worktree* worktree_ = nullptr;
  std::vector<TestedCommit> tested_;
};

absl::StatusOr<ExitCode> Bisect(const GivenArguments& given) {
  auto file = RecordedFailure(given.names.front());
  if (!file.ok()) return file.status();
  const auto seeds = NumberOr(given, "--seeds", kDefaultSeeds);
  if (!seeds.ok()) return seeds.status();
  const auto repository = Repository::Here();
  if (!repository.ok()) return repository.status();
  return Bisection(given, *repository, *std::move(file), *seeds).Run();
}

}  // namespace

CommandSpec BisectCommand() {
  CommandSpec spec;
  spec.name = "bisect";
  spec.sentence =
      "Name the commit that broke a property: builds commits between a good and a bad one in a "
      "private worktree and replays a recording of the failure on each.";
  spec.positional = "REPLAY";
  spec.positional_meaning = "a replay file of the failure; a shrunk one outlives more changes";
  spec.least_names = 1;
  spec.most_names = 1;
  spec.options = {
      {"--good", "REV", "a commit at which the property holds"},
      {"--bad", "REV", "a later one at which it breaks"},
      {"--seeds", "N",
       "where the code goes another way than the recording, so many seeds decide (default 5000); "
       "0: it is untestable"},
      {"--build", "CMD", "builds a commit, in its directory; failing, the commit is untestable"},
      {"--run", "CMD",
       "tests what was built: exit code 0 is good, 125 untestable, lower ones bad; "
       "$FENCEPOST_REPLAY is the file"},
      kJson};
  spec.execute = Bisect;
  return spec;
}

}  // namespace fencepost::cli
