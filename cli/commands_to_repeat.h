// The commands that make a run happen again, ready to be pasted into a shell.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "cli/campaign_result.h"
#include "cli/crash_note.h"

namespace fencepost::cli {

// " --workers 2 --store sqlite:x": what differs from the standard.
std::string OptionsText(const Scenario& scenario, const RunOptions& options);

// "fencepost run SCENARIO --seed N ...".
std::string RunCommand(const Scenario& scenario, const RunOptions& options,
                       std::string_view strategy, std::uint64_t seed);
// "fencepost replay PATH".
std::string ReplayCommand(std::string_view path);

// For executions by seed: the command is RunCommand.
CrashText CrashTextOf(const Scenario& scenario, const RunOptions& options,
                      std::string_view strategy, bool json);

}  // namespace fencepost::cli
