// The parameters of a replay file: the scenario's, and what else makes a run what it is.
#pragma once

#include <map>
#include <string>

#include "absl/status/statusor.h"
#include "scenarios/run/runner.h"
#include "sim/engine/replay/replay_file.h"

namespace fencepost::cli {

std::map<std::string, std::string> ToReplayParameters(const RunOptions& options);

// The scenario and the options that `file` was recorded with. Errors: the scenario or a parameter
// no longer exists or is out of range, or a value is not one that this program writes.
struct Recorded {
  const Scenario* scenario;
  RunOptions options;
};
absl::StatusOr<Recorded> FromReplayFile(const sim::ReplayFile& file);

}  // namespace fencepost::cli
