// Names the commit that broke a property, by replaying a recording of the failure on builds of
// older commits in a private worktree.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "campaign/bisect/judge.h"
#include "sim/engine/replay/replay_file.h"

namespace fencepost::campaign {

struct Bisection {
  std::string replay_path;
  sim::ReplayFile replay;  // names a property
  std::string good;        // a revision at which the property holds
  std::string bad;         // a later one at which it breaks
  // Where the code goes another way than the recording, this many seeds decide; 0: the commit is
  // untestable then.
  std::uint64_t seeds = 0;
  std::optional<std::string> build;  // builds a commit, by a shell; else as this project is built
  std::optional<std::string> run;    // judges a build by its exit code; else its replay is judged
};

struct NamedCommit {
  std::string commit;
  std::string description;
};
struct TestedCommit {
  std::string commit;
  Judgement judgement;
};
struct Bisected {
  std::string property;
  // One: the first bad commit. Several: it is one of them, and all but the last cannot be tested.
  std::vector<NamedCommit> first_bad;
  std::vector<TestedCommit> tested;  // in the order of the tests
};

// Called after each test. `left`: how many commits were suspected before it; nullopt for the two
// ends.
using OnTested = std::function<void(const NamedCommit& commit, const Judgement& judgement,
                                    std::optional<std::size_t> left)>;

// Errors: no repository, wrong ends, or a command that cannot be run.
// REQUIRES: one thread in this process.
absl::StatusOr<Bisected> Bisect(const Bisection& bisection, const OnTested& on_tested);

}  // namespace fencepost::campaign
