// Shows a finished campaign, to a person or to a machine, and gives its exit code. The same for
// campaigns over seeds and for exhaustive searches.
#pragma once

#include <chrono>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "campaign/campaign_result.h"
#include "cli/given_arguments.h"

namespace fencepost::cli {

struct CampaignOutput {
  // Of this kind of campaign: fields of the JSON object, and lines behind the tables.
  const nlohmann::ordered_json& fields;
  std::string lines;
  double seconds;
  // What repeats a finding that has no seed.
  std::string command_without_seed;
  // A finding is made small within it; nothing: it is shown as it was found.
  std::optional<std::chrono::duration<double>> shrink_time = std::nullopt;
};

// The directory of --replay-dir, or the default one.
std::string ReplayDirectory(const GivenArguments& given);

// A finding is written, repeated and drawn first. Then come the tables.
ExitCode ShowCampaign(const std::vector<ScenarioResult>& results, const GivenArguments& given,
                      const CampaignOutput& output);

}  // namespace fencepost::cli
