// The ways to choose what happens, as one table. Replay files and reports name a strategy as the
// table does; options, help texts and error messages are made from it.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "sim/engine/strategies/program_profile.h"
#include "sim/engine/strategy.h"

namespace fencepost::campaign {

inline constexpr std::string_view kRandomWalk = "random-walk";
inline constexpr std::string_view kPct = "pct";
inline constexpr std::string_view kPos = "pos";
inline constexpr std::string_view kUrw = "urw";
inline constexpr std::string_view kSurw = "surw";
inline constexpr std::string_view kReadsFrom = "reads-from";
inline constexpr std::string_view kGuided = "guided";
inline constexpr std::string_view kPortfolio = "portfolio";
inline constexpr std::string_view kChoiceBytes = "choice-bytes";
inline constexpr std::string_view kExhaustive = "exhaustive";
inline constexpr std::string_view kReplay = "replay";
inline constexpr std::string_view kShrunk = "shrunk";

// How a user comes by a strategy.
enum class StrategyUse : std::uint8_t {
  // By --strategy, wherever a command runs seeds: each seed makes a whole execution.
  kSeeds,
  // By --strategy, in a campaign alone: an execution depends on those before it.
  kCampaign,
  // By the command itself: no option names it.
  kOwnCommand,
};

using Profile = std::shared_ptr<const sim::ProgramProfile>;

struct StrategyInfo {
  std::string_view name;
  StrategyUse use;
  std::string_view commands;  // "fuzz, run, choice-bytes"
  std::string_view sentence;
  // The execution of a seed depends on the profile of the program, too.
  bool uses_profile;
  // Makes the execution of a seed; null unless the use is kSeeds.
  std::unique_ptr<sim::Strategy> (*make)(std::uint64_t seed, const Profile& profile);
};

// The default of --strategy comes first.
const std::array<StrategyInfo, 12>& Strategies();

// What --strategy takes, in the order of the table. `campaign`: for a command that runs many seeds
// of a scenario together, which may learn from one to the next.
std::vector<std::string_view> StrategyNames(bool campaign);

// The name of the table for the text of --strategy. An error lists what `command` takes.
absl::StatusOr<std::string_view> StrategyNamed(std::string_view command, bool campaign,
                                               std::string_view text);

// True if executions depend on those before them, so that a seed alone does not repeat one.
bool Learns(std::string_view strategy);

bool UsesProfile(std::string_view strategy);

// SeededStrategies makes the profile. REQUIRES: a strategy whose use is kSeeds.
std::unique_ptr<sim::Strategy> SeededStrategy(std::string_view name, std::uint64_t seed,
                                              const Profile& profile);

}  // namespace fencepost::campaign
