#include "cli/common_options.h"

#include <fmt/format.h>

#include "absl/status/status.h"

namespace fencepost::cli {

Output DefaultOutput() {
  Output output;
  output.exit_code = [](campaign::Verdict verdict) {
    return static_cast<int>(ExitCodeOf(verdict));
  };
  return output;
}

CampaignOutput DefaultCampaignOutput() {
  CampaignOutput how;
  how.output = DefaultOutput();
  how.replay_directory = "fencepost-failures";
  return how;
}

OptionSpec StrategyOption(bool campaign) {
  const auto meaning = [](bool of_campaign) {
    const auto names = campaign::StrategyNames(of_campaign);
    return fmt::format("one of {} (default {}): see fencepost list", fmt::join(names, ", "),
                       names.front());
  };
  static const std::string of_seeds = meaning(false);
  static const std::string of_campaigns = meaning(true);
  return {"--strategy", "NAME", campaign ? of_campaigns : of_seeds};
}

absl::Status CheckDeterminismFits(const std::string& store) {
  if (store == RunOptions().store) return absl::OkStatus();
  return BadUsage("--check-determinism needs --store sim, not " + store +
                  ": its two processes would share rows");
}

}  // namespace fencepost::cli
