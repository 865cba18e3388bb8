// The commands that make a run happen again, ready to be pasted into a shell.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "campaign/campaign_result.h"
#include "campaign/crash_note.h"

namespace fencepost::campaign {

// As one word of a shell's command line: quoted if it must be.
std::string ShellWord(std::string_view text);

// " --strategy pct"; empty for the default.
std::string StrategyText(std::string_view name);
// " --workers 2 --store sqlite:x": the options that differ from the standard.
std::string OptionsText(const Scenario& scenario, const RunOptions& options);

// "fencepost run SCENARIO --seed N ...".
std::string RunCommand(const Scenario& scenario, const RunOptions& options,
                       std::string_view strategy, std::uint64_t seed);
// "fencepost fuzz SCENARIO --strategy NAME --jobs 1 --seeds FIRST..", to which the last seed is
// appended. This is for a strategy that learns, whose executions no seed repeats alone.
std::string CampaignCommand(const Scenario& scenario, const RunOptions& options,
                            std::string_view strategy, std::uint64_t first);
// "fencepost replay PATH".
std::string ReplayCommand(std::string_view path);

// The crash note of executions by seed: its command is RunCommand.
CrashText CrashTextOf(const Scenario& scenario, const RunOptions& options,
                      std::string_view strategy, bool json);

}  // namespace fencepost::campaign
