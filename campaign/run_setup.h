// What the commands that run a scenario have in common: its options, and whether they can work.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "cli/given_arguments.h"
#include "scenarios/run/runner.h"

namespace fencepost::cli {

// A scenario with complete parameters and the store, as given.
struct Subject {
  const Scenario* scenario = nullptr;
  RunOptions options;
};

// For one scenario: a parameter that it does not have is an error. A runner was made once, so that
// a store that cannot be used is found here.
absl::StatusOr<Subject> SubjectOf(std::string_view scenario, const GivenArguments& given,
                                  bool swarm);

// For several, or for all if none is named: a parameter applies to those that have it; one that no
// scenario has is an error.
absl::StatusOr<std::vector<Subject>> SubjectsOf(const std::vector<std::string>& scenarios,
                                                const GivenArguments& given, bool swarm);

// --check-determinism, if it is given, goes with the other options.
absl::Status CheckGuard(const GivenArguments& given);

// The directory for replay files can be written or made. Nothing is created yet.
absl::Status CheckReplayDirectory(const std::string& directory);

}  // namespace fencepost::cli
