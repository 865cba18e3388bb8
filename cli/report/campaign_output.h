// Shows a finished campaign, to a person or to a machine. The same for campaigns over seeds and for
// exhaustive searches.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "campaign/campaign_result.h"
#include "cli/report/json.h"
#include "cli/report/output.h"

namespace fencepost::cli {

struct CampaignOutput {
  Output output;
  bool require_probes = false;
  std::string replay_directory;  // a finding's replay file goes there
  // A finding is made small within this time; nullopt: it is shown as it was found.
  std::optional<std::chrono::duration<double>> shrink_time;
};

// What this kind of campaign adds to what all have in common.
struct CampaignDetails {
  Json fields = Json::Object();  // of the JSON object
  std::string lines;             // after the tables
  double seconds = 0;
  std::string command_without_seed;  // repeats a finding that has no seed
};

// A finding is written, repeated and drawn first. Then come the tables.
campaign::Verdict ShowCampaign(const std::vector<campaign::ScenarioResult>& results,
                               const CampaignOutput& how, const CampaignDetails& details);

}  // namespace fencepost::cli
