// The reports for machines: the same facts that the pages and tables show to people.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "campaign/campaign_result.h"
#include "cli/report/campaign_summary.h"
#include "cli/report/report_failure.h"

namespace fencepost::cli {

using Json = nlohmann::ordered_json;

// outcome, exit_code, executions, seconds, executions_per_second, revision, scenarios, probes,
// unreached_probes, failure (null if there is none).
Json CampaignJson(const std::vector<ScenarioResult>& results, const CampaignEnd& end,
                  double seconds, const std::optional<FailureReport>& failure);

// outcome, exit_code, scenario, parameters, store, and what the run came to.
Json RunJson(const Scenario& scenario, const RunOptions& options, const RunReport& report,
             const sim::Timeline& timeline, ExitCode code);

// On stdout, as one line.
void PrintJson(const Json& json);

}  // namespace fencepost::cli
