// What is to be run, completed and tried: a scenario with all of its parameters on a store that can
// be used.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "scenarios/run/runner.h"

namespace fencepost::campaign {

struct Subject {
  const Scenario* scenario = nullptr;
  RunOptions options;  // parameters complete
};

// `requested` has the parameters that the user gave. A parameter that the scenario does not have is
// an error. A runner is made once, so that a store that cannot be used is found here.
absl::StatusOr<Subject> SubjectOf(std::string_view scenario, const RunOptions& requested);

// For several scenarios, or for all if none is named: a parameter applies to those that have it.
// One that none of them has is an error.
absl::StatusOr<std::vector<Subject>> SubjectsOf(const std::vector<std::string>& scenarios,
                                                const RunOptions& requested);

}  // namespace fencepost::campaign
