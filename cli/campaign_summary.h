// What a whole campaign comes to, in words and as an exit code.
#pragma once

#include <string>
#include <vector>

#include "cli/campaign_result.h"

namespace fencepost::cli {

// A campaign of fewer executions than this may miss a rare probe by chance; from here on, with the
// standard parameters, a probe that was never hit says that the scenario no longer does what it is
// for, and the campaign fails. --require-probes asks for it whatever the number and parameters.
inline constexpr std::uint64_t kExecutionsToReachProbes = 1000;

struct CampaignEnd {
  ExitCode code = ExitCode::kClean;
  std::vector<ProbeCount> unreached;  // those that make it fail
  std::string sentence;
};
CampaignEnd EndOf(const std::vector<ScenarioResult>& results, bool require_probes);

// scenario, executions, executions/s, failures, virtual time, digest.
std::string SummaryTable(const std::vector<ScenarioResult>& results);
// Rarest first; empty if there are none.
std::string ProbeTable(const std::vector<ScenarioResult>& results);

std::uint64_t ExecutionsOf(const std::vector<ScenarioResult>& results);
double PerSecond(std::uint64_t executions, double seconds);

}  // namespace fencepost::cli
