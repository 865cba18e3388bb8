// What a whole campaign comes to: its verdict, and the tables.
#pragma once

#include <string>
#include <vector>

#include "campaign/campaign_result.h"

namespace fencepost::cli {

struct CampaignEnd {
  campaign::Verdict verdict = campaign::Verdict::kClean;
  std::vector<campaign::ProbeCount> unreached;  // probes that had to be reached and were not
  std::string sentence;
};

// A finding decides; then whether everything was run that had to be: an exhaustive search that was
// cut has no verdict, and neither has a scenario that was never run.
//
// Then the probes: one that is never hit says that the scenario no longer does what it is for. All
// probes of a scenario must be hit where its parameters are the standard ones and enough of it was
// run (ScenarioResult::should_reach_probes), or with `require_probes`. A smaller campaign is judged
// without them, and the sentence says how many it has not reached.
CampaignEnd EndOf(const std::vector<campaign::ScenarioResult>& results, bool require_probes);

// scenario, executions, executions/s, failures, virtual time, digest.
std::string SummaryTable(const std::vector<campaign::ScenarioResult>& results);

// The rarest, and how many more there are; empty if there are none.
std::string ProbeTable(const std::vector<campaign::ScenarioResult>& results);

// What the fleets did: the most in one run and in which scenario, and the sum over all; empty if
// nothing was done.
std::string WorkTable(const std::vector<campaign::ScenarioResult>& results);

// "stopped by count", or with several reasons each with its scenarios; one line. Empty if no result
// has a reason.
std::string StopText(const std::vector<campaign::ScenarioResult>& results);

std::uint64_t ExecutionsOf(const std::vector<campaign::ScenarioResult>& results);
double PerSecond(std::uint64_t executions, double seconds);

}  // namespace fencepost::cli
