#include "campaign/bisect/repository.h"

#include <stdlib.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <sstream>
#include <utility>

#include "absl/status/status.h"
#include "campaign/bisect/process.h"

namespace fencepost::campaign {
namespace {

std::string FirstLine(const std::string& text) { return text.substr(0, text.find('\n')); }

// Without the user's hooks, which must not run for a private checkout.
absl::StatusOr<ProcessResult> Git(const std::string& root, std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), {"git", "-c", "core.hooksPath=/dev/null"});
  return RunProcess(arguments, {root, {{"LC_ALL", "C"}}});
}

// The output of git; an error with its first line if it fails.
absl::StatusOr<std::string> GitOutput(const std::string& root,
                                      const std::vector<std::string>& arguments) {
  auto result = Git(root, arguments);
  if (!result.ok()) return result.status();
  if (result->exit_code == 0) return std::move(result->out);
  return absl::FailedPreconditionError("git " + arguments.front() + ": " + FirstLine(result->err));
}

}  // namespace

absl::StatusOr<Repository> Repository::Here() {
  const auto result = Git("", {"rev-parse", "--show-toplevel"});
  if (!result.ok()) return result.status();
  if (result->exit_code == 127) return absl::FailedPreconditionError("git is not installed");
  if (result->exit_code != 0) {
    return absl::FailedPreconditionError(
        "bisect runs in the repository of the code, and this directory is in none");
  }
  return Repository(FirstLine(result->out));
}

absl::StatusOr<std::string> Repository::Resolve(const std::string& option,
                                                const std::string& revision) const {
  const auto result =
      Git(root_, {"rev-parse", "--verify", "--quiet", "--end-of-options", revision + "^{commit}"});
  if (!result.ok()) return result.status();
  if (result->exit_code == 0) return FirstLine(result->out);
  return absl::InvalidArgumentError(option + ": there is no commit \"" + revision + "\"");
}

absl::StatusOr<bool> Repository::IsAncestor(const std::string& older,
                                            const std::string& newer) const {
  const auto result = Git(root_, {"merge-base", "--is-ancestor", older, newer});
  if (!result.ok()) return result.status();
  if (result->exit_code > 1) {
    return absl::FailedPreconditionError("git merge-base: " + FirstLine(result->err));
  }
  return result->exit_code == 0;
}

absl::StatusOr<std::vector<std::string>> Repository::Suspects(
    const std::string& bad, const std::vector<std::string>& good) const {
  std::vector<std::string> arguments = {"rev-list", "--bisect-all", bad};
  for (const std::string& commit : good) arguments.push_back("^" + commit);
  const auto output = GitOutput(root_, arguments);
  if (!output.ok()) return output.status();
  std::vector<std::string> commits;
  std::istringstream lines(*output);
  for (std::string line; std::getline(lines, line);) {
    commits.push_back(line.substr(0, line.find(' ')));  // behind it: (dist=3)
  }
  return commits;
}

std::string Repository::Describe(const std::string& commit) const {
  const auto line = GitOutput(root_, {"log", "-1", "--abbrev=12", "--format=%h (%cs) %s", commit});
  return line.ok() ? FirstLine(*line) : commit;
}

absl::StatusOr<Worktree> Worktree::Make(const Repository& repository, const std::string& commit) {
  std::error_code error;
  const auto temporary = std::filesystem::temp_directory_path(error);
  if (error) return absl::UnavailableError("no temporary directory: " + error.message());
  std::string parent = (temporary / "fencepost-bisect-XXXXXX").string();
  if (mkdtemp(parent.data()) == nullptr) {
    return absl::UnavailableError(parent + ": " + std::strerror(errno));
  }
  Worktree worktree(repository.root(), parent, parent + "/tree");
  const auto made = GitOutput(repository.root(),
                              {"worktree", "add", "--detach", "--force", worktree.path(), commit});
  if (!made.ok()) return made.status();
  return worktree;
}

Worktree::Worktree(Worktree&& other) noexcept
    : repository_(other.repository_),
      parent_(other.parent_),
      path_(std::exchange(other.path_, "")) {}

Worktree::~Worktree() {
  if (path_.empty()) return;
  static_cast<void>(Git(repository_, {"worktree", "remove", "--force", path_}));
  std::error_code ignored;
  std::filesystem::remove_all(parent_, ignored);
}

absl::Status Worktree::CheckOut(const std::string& commit) const {
  return GitOutput(path_, {"checkout", "--quiet", "--force", "--detach", commit}).status();
}

}  // namespace fencepost::campaign
