// The parameters of a replay file: those of the scenario, and whatever else decides what a run is.
#pragma once

#include <map>
#include <string>

#include "absl/status/statusor.h"
#include "scenarios/run/runner.h"
#include "sim/engine/replay/replay_file.h"

namespace fencepost::campaign {

std::map<std::string, std::string> ToReplayParameters(const RunOptions& options);

// The scenario and the options that a file was recorded with.
struct Recorded {
  const Scenario* scenario;
  RunOptions options;
};
// Errors: the scenario or a parameter no longer exists, a value is out of the parameter's range, or
// it is not a value that this program writes.
absl::StatusOr<Recorded> FromReplayFile(const sim::ReplayFile& file);

}  // namespace fencepost::campaign
