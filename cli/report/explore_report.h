// Shows a finished exhaustive search.
#pragma once

#include "campaign/exhaustive_campaign.h"
#include "cli/report/campaign_output.h"

namespace fencepost::cli {

campaign::Verdict ShowExplored(const campaign::Explored& explored, sim::Reduction reduction,
                               const CampaignOutput& how);

}  // namespace fencepost::cli
