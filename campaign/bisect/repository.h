// The repository as a bisection uses it, by git's plumbing commands.
#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace fencepost::campaign {

class Repository {
 public:
  // The repository of the working directory. Errors: there is none, or git is not installed.
  static absl::StatusOr<Repository> Here();

  // The full name of the commit. `option` is named in the error.
  absl::StatusOr<std::string> Resolve(const std::string& option, const std::string& revision) const;
  absl::StatusOr<bool> IsAncestor(const std::string& older, const std::string& newer) const;
  // The commits that `bad` has and none of `good` has, the best one to test next first; `bad` is
  // one of them.
  absl::StatusOr<std::vector<std::string>> Suspects(const std::string& bad,
                                                    const std::vector<std::string>& good) const;
  // "a1b2c3d4e5f6 (2026-11-24) What it did".
  std::string Describe(const std::string& commit) const;

  const std::string& root() const { return root_; }

 private:
  explicit Repository(std::string root) : root_(std::move(root)) {}

  std::string root_;
};

// A private worktree in a temporary directory, apart from the user's; removed with this object.
class Worktree {
 public:
  static absl::StatusOr<Worktree> Make(const Repository& repository, const std::string& commit);
  ~Worktree();
  Worktree(Worktree&& other) noexcept;
  Worktree& operator=(Worktree&&) = delete;

  // Keeps what earlier builds have left, so that a build compiles only what differs.
  absl::Status CheckOut(const std::string& commit) const;
  const std::string& path() const { return path_; }

 private:
  Worktree(std::string repository, std::string parent, std::string path)
      : repository_(std::move(repository)), parent_(std::move(parent)), path_(std::move(path)) {}

  std::string repository_;
  std::string parent_;
  std::string path_;  // empty: moved from
};

}  // namespace fencepost::campaign
