#include "campaign/bisect/bisection.h"

#include <fmt/format.h>

#include <filesystem>
#include <utility>

#include "absl/status/status.h"
#include "campaign/bisect/process.h"
#include "campaign/bisect/repository.h"
#include "campaign/bisect/search.h"

namespace fencepost::campaign {
namespace {

constexpr const char* kBuild =
    "cmake --preset release -DFENCEPOST_BUILD_TESTS=OFF -DFENCEPOST_BUILD_BENCH=OFF &&"
    " cmake --build build/release --target fencepost";
// Both options are as old as the format of replay files.
constexpr const char* kProgram = "build/release/cli/fencepost";
constexpr const char* kReplayArguments =
    " replay \"$FENCEPOST_REPLAY\" --follow-default-after-parting --json";

class Bisecting {
 public:
  Bisecting(const Bisection& bisection, const OnTested& on_tested, const Repository& repository)
      : bisection_(bisection), on_tested_(on_tested), repository_(repository) {
    bisected_.property = *bisection.replay.property;
  }

  absl::StatusOr<Bisected> Run() {
    const auto good = repository_.Resolve("--good", bisection_.good);
    if (!good.ok()) return good.status();
    const auto bad = repository_.Resolve("--bad", bisection_.bad);
    if (!bad.ok()) return bad.status();
    const auto ordered = repository_.IsAncestor(*good, *bad);
    if (!ordered.ok()) return ordered.status();
    if (*good == *bad) return absl::InvalidArgumentError("--good and --bad are the same commit");
    if (!*ordered)
      return absl::InvalidArgumentError(
          "the commit of --good is not an ancestor of the one of --bad");
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
    for (const std::string& commit : first->commits) bisected_.first_bad.push_back(Named(commit));
    return std::move(bisected_);
  }

 private:
  NamedCommit Named(const std::string& commit) const {
    return {commit, repository_.Describe(commit)};
  }

  // The ends are tested as well: a search between wrong ends would name an innocent commit.
  absl::Status Expect(const std::string& option, const std::string& commit,
                      CommitVerdict expected) {
    const auto judgement = Test(commit, std::nullopt);
    if (!judgement.ok()) return judgement.status();
    if (judgement->verdict == expected) return absl::OkStatus();
    return absl::InvalidArgumentError(fmt::format("the commit of {} is {}: {}", option,
                                                  CommitVerdictName(judgement->verdict),
                                                  judgement->why));
  }

  absl::StatusOr<Judgement> Test(const std::string& commit, std::optional<std::size_t> left) {
    auto judgement = Judge(commit);
    if (!judgement.ok()) return judgement;
    bisected_.tested.push_back({commit, *judgement});
    on_tested_(Named(commit), *judgement, left);
    return judgement;
  }

  absl::StatusOr<Judgement> Judge(const std::string& commit) const {
    if (absl::Status status = worktree_->CheckOut(commit); !status.ok()) return status;
    const auto built = Shell(bisection_.build.value_or(kBuild));
    if (!built.ok()) return built.status();
    if (built->exit_code != 0) {
      return Judgement{CommitVerdict::kUntestable,
                       fmt::format("it does not build (exit code {})", built->exit_code)};
    }
    if (!bisection_.run) return JudgeByItsProgram();
    const auto run = Shell(*bisection_.run);
    if (!run.ok()) return run.status();
    return JudgeExitCode(run->exit_code);
  }

  absl::StatusOr<Judgement> JudgeByItsProgram() const {
    const auto replay = Shell(std::string(kProgram) + kReplayArguments);
    if (!replay.ok()) return replay.status();
    const Judgement judgement = JudgeReplay(bisection_.replay, *replay);
    if (!judgement.parted || bisection_.seeds == 0) return judgement;
    const auto search = Shell(SearchCommand(kProgram, bisection_.replay, bisection_.seeds));
    if (!search.ok()) return search.status();
    return JudgeSearch(bisection_.replay, judgement, bisection_.seeds, *search);
  }

  absl::StatusOr<ProcessResult> Shell(const std::string& command) const {
    const std::string path = std::filesystem::absolute(bisection_.replay_path).string();
    // The worktree has another path each time, which must not defeat the compiler's cache.
    return RunProcess({"/bin/sh", "-c", command},
                      {worktree_->path(),
                       {{"FENCEPOST_REPLAY", path},
                        {"FENCEPOST_PROPERTY", *bisection_.replay.property},
                        {"CCACHE_BASEDIR", worktree_->path()},
                        {"CCACHE_NOHASHDIR", "1"}}});
  }

  const Bisection& bisection_;
  const OnTested& on_tested_;
  const Repository& repository_;
  const Worktree* worktree_ = nullptr;
  Bisected bisected_;
};

}  // namespace

absl::StatusOr<Bisected> Bisect(const Bisection& bisection, const OnTested& on_tested) {
  const auto repository = Repository::Here();
  if (!repository.ok()) return repository.status();
  return Bisecting(bisection, on_tested, *repository).Run();
}

}  // namespace fencepost::campaign
