// What a worker of a shared campaign shows at its end: what it did itself, and what the campaign
// has come to by the work of all.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "campaign/run_setup.h"
#include "campaign/shared/shared_campaign.h"
#include "campaign/shared/workers.h"
#include "cli/report/campaign_output.h"

namespace fencepost::cli {

struct SharedReport {
  const CampaignOutput& how;
  const std::vector<campaign::Subject>& subjects;  // in the campaign's order
  const campaign::SharedCampaign& campaign;
  std::string_view strategy = {};
  std::uint64_t plateau = 0;  // 0: none
  bool was_finished = false;  // before this worker came
  campaign::SharedWorkDone done = {};
  double seconds = 0;
};

// Writes the replay files of all findings, draws the first one, and prints it all. The verdict is
// that on the campaign so far.
campaign::Verdict ShowShared(const SharedReport& report, const campaign::SharedSummary& summary);

}  // namespace fencepost::cli
