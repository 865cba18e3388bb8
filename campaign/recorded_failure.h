// The failure that a recording leads to, found again by running it.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "campaign/campaign_result.h"
#include "sim/engine/replay/replay_file.h"

namespace fencepost::campaign {

// The result has the finding. Errors begin with `name`: the code no longer follows the recording,
// or it follows it and does not fail.
absl::StatusOr<ScenarioResult> FailureOf(const sim::ReplayFile& file, const std::string& name);

}  // namespace fencepost::campaign
