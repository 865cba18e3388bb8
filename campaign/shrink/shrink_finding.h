// Makes a finding small: first the scenario's parameters (how many actors there are), then
// schedule, faults and workload together. Then it looks for the choice from which on the failure
// could not be averted.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "campaign/campaign_result.h"
#include "sim/engine/replay/inevitable.h"
#include "sim/engine/replay/shrink.h"

namespace fencepost::campaign {

struct Shrunk {
  // The finding made small, which has no seed, with the parameters that it fails with.
  ScenarioResult result;
  sim::FailureSize before;
  sim::FailureSize after;
  std::uint64_t executions = 0;  // to make it small
  bool minimal = false;          // no single choice can be left out for a smaller failure
  // nullopt if time was over before it was known.
  std::optional<sim::Inevitability> inevitable;
};

// Whether to look, in a quarter of the time, for the choice that made the failure inevitable.
enum class Inevitable { kFind, kLeaveOut };

// REQUIRES: found.finding. Errors: the finding cannot be repeated, so there is nothing to shrink.
absl::StatusOr<Shrunk> ShrinkFinding(const ScenarioResult& found,
                                     std::chrono::duration<double> time,
                                     Inevitable inevitable = Inevitable::kFind);

}  // namespace fencepost::campaign
