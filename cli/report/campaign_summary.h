// What a whole campaign comes to, in words and as an exit code.
#pragma once

#include <string>
#include <vector>

#include "campaign/campaign_result.h"

namespace fencepost::cli {

struct CampaignEnd {
  ExitCode code = ExitCode::kClean;
  std::vector<ProbeCount> unreached;  // those that make it fail
  std::string sentence;
};
// A probe that was never hit says that the scenario no longer does what it is for. It makes the
// campaign fail where it should have been reached and the parameters are the standard ones, or
// with `require_probes`; otherwise it is only shown.
CampaignEnd EndOf(const std::vector<ScenarioResult>& results, bool require_probes);

// scenario, executions, executions/s, failures, virtual time, digest.
std::string SummaryTable(const std::vector<ScenarioResult>& results);
// The rarest, and how many more there are; empty if there are none.
std::string ProbeTable(const std::vector<ScenarioResult>& results);

// "stopped by count", or with several reasons each with its scenarios; one line. Empty if no result
// has one.
std::string StopText(const std::vector<ScenarioResult>& results);

std::uint64_t ExecutionsOf(const std::vector<ScenarioResult>& results);
double PerSecond(std::uint64_t executions, double seconds);

}  // namespace fencepost::cli
