// The commands that make a run happen again, ready to be pasted into a shell.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "campaign/campaign_result.h"
#include "campaign/crash_note.h"

namespace fencepost::cli {

// " --workers 2 --store sqlite:x": what differs from the standard.
std::string OptionsText(const Scenario& scenario, const RunOptions& options);

// "fencepost run SCENARIO --seed N ...".
std::string RunCommand(const Scenario& scenario, const RunOptions& options,
                       std::string_view strategy, std::uint64_t seed);
// "fencepost fuzz SCENARIO --strategy NAME --jobs 1 --seeds FIRST..": the last seed goes behind
// it. For a strategy that learns, whose executions no seed repeats alone.
std::string CampaignCommand(const Scenario& scenario, const RunOptions& options,
                            std::string_view strategy, std::uint64_t first);
// "fencepost replay PATH".
std::string ReplayCommand(std::string_view path);

// For executions by seed: the command is RunCommand.
CrashText CrashTextOf(const Scenario& scenario, const RunOptions& options,
                      std::string_view strategy, bool json);

}  // namespace fencepost::cli
