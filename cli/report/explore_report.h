// Shows a finished exhaustive search, or a finished check of its footprints.
#pragma once

#include "campaign/exhaustive_campaign.h"
#include "cli/report/campaign_output.h"
#include "cli/report/output.h"
#include "sim/engine/reduction/footprint_check.h"

namespace fencepost::cli {

campaign::Verdict ShowExplored(const campaign::Explored& explored, sim::Reduction reduction,
                               const CampaignOutput& how);

// Shows a finished footprint check.
void ShowFootprintCheck(const sim::FootprintCheck& check, const Output& output);

}  // namespace fencepost::cli
