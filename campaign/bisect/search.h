// Finds the first bad commit between a good and a bad one, in about as many tests as the number of
// commits has binary digits. Commits that cannot be tested are skipped, as by `git bisect skip`.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "campaign/bisect/judge.h"

namespace fencepost::campaign {

// The commits that `bad` has and none of `good` has, the best one to test first, `bad` among them.
using SuspectsOf = std::function<absl::StatusOr<std::vector<std::string>>(
    const std::string& bad, const std::vector<std::string>& good)>;
// `left`: how many commits are suspected before the test.
using TestCommit =
    std::function<absl::StatusOr<Judgement>(const std::string& commit, std::size_t left)>;

struct FirstBad {
  // One: it is the first bad commit. Several: it is one of them, and all but the last one cannot be
  // tested.
  std::vector<std::string> commits;
};

// REQUIRES: `good` is an ancestor of `bad`; both were tested.
absl::StatusOr<FirstBad> FindFirstBad(const std::string& good, const std::string& bad,
                                      const SuspectsOf& suspects_of, const TestCommit& test);

}  // namespace fencepost::campaign
