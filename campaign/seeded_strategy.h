// The strategies that make a whole execution out of one seed, by their names on the command line.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "cli/commands.h"
#include "cli/given_arguments.h"
#include "sim/engine/strategy.h"

namespace fencepost::cli {

inline constexpr OptionSpec kStrategyOption = {
    "--strategy", "NAME", "portfolio (default), random-walk, pct or pos: see fencepost list"};
inline constexpr OptionSpec kCampaignStrategyOption = {
    "--strategy", "NAME",
    "portfolio (default), random-walk, pct, pos or guided: see fencepost list"};

// What --strategy names, or the default. Errors: none of these.
absl::StatusOr<std::string_view> StrategyNameOf(const GivenArguments& given);
// The same for campaigns, which may also use a strategy that learns from one run to the next.
absl::StatusOr<std::string_view> CampaignStrategyOf(const GivenArguments& given);

// REQUIRES: a name that StrategyNameOf gives.
std::unique_ptr<sim::Strategy> SeededStrategy(std::string_view name, std::uint64_t seed);

// " --strategy pct"; empty for the default.
std::string StrategyText(std::string_view name);

}  // namespace fencepost::cli
