// Shows a finished campaign over seeds.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "campaign/campaign_result.h"
#include "campaign/seed_range.h"
#include "cli/report/campaign_output.h"

namespace fencepost::cli {

struct ShownFuzz {
  campaign::SeedRange seeds{};
  bool default_base = true;
  std::string shard;   // "2/8"; empty without one
  std::string budget;  // in words
  std::uint64_t jobs = 1;
  std::string_view strategy;
  double seconds = 0;
};

campaign::Verdict ShowFuzz(const std::vector<campaign::ScenarioResult>& results,
                           const CampaignOutput& how, const ShownFuzz& fuzz);

}  // namespace fencepost::cli
