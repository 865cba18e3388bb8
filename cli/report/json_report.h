// The facts of a campaign and of a run as JSON: the same that pages and tables show to people.
#pragma once

#include <optional>
#include <vector>

#include "campaign/campaign_result.h"
#include "cli/report/campaign_summary.h"
#include "cli/report/json.h"
#include "cli/report/output.h"
#include "cli/report/report_failure.h"

namespace fencepost::cli {

// outcome, exit_code, executions, seconds, executions_per_second, revision, scenarios, probes,
// unreached_probes, failure (null if there is none).
Json CampaignJson(const std::vector<campaign::ScenarioResult>& results, const CampaignEnd& end,
                  double seconds, const std::optional<FailureReport>& failure,
                  const Output& output);

// outcome, exit_code, scenario, parameters, store, and what the run came to.
Json RunJson(const Scenario& scenario, const RunOptions& options, const RunReport& report,
             const sim::Timeline& timeline, campaign::Verdict verdict, const Output& output);

}  // namespace fencepost::cli
