// How much `fencepost fuzz` is to run: which seeds, for how long, and when it has seen enough.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "campaign/shard.h"
#include "cli/arguments.h"
#include "cli/commands.h"
#include "cli/given_arguments.h"

namespace fencepost::cli {

struct FuzzBudget {
  SeedRange seeds{};  // of each scenario; with a shard, only its own
  std::optional<std::chrono::duration<double>> time;  // for all scenarios together
  std::optional<std::uint64_t> plateau;  // executions without new coverage that end a scenario
  std::optional<Shard> shard;
  bool default_base = true;
};

inline constexpr OptionSpec kSeeds = {"--seeds", "A..B",
                                      "these seeds, both ends included, for each scenario"};
inline constexpr OptionSpec kSeedCount = {"--seed-count", "N",
                                          "so many seeds for each scenario (default 10000)"};
inline constexpr OptionSpec kTime = {
    "--time", "T", "as many seeds as T allows (60s, 5m), shared equally among the scenarios"};
inline constexpr OptionSpec kBaseSeed = {"--base-seed", "N", "the first seed (default 1)"};
inline constexpr OptionSpec kPlateau = {
    "--plateau", "N",
    "a scenario also ends when N executions in a row have reached no new coverage"};
inline constexpr OptionSpec kShard = {
    "--shard", "K/N", "only the K-th of N equal parts of the seeds, counted from 1"};

absl::StatusOr<FuzzBudget> FuzzBudgetOf(const GivenArguments& given);

// The number given for `option`, or `standard`.
absl::StatusOr<std::uint64_t> NumberOr(const GivenArguments& given, std::string_view option,
                                       std::uint64_t standard);

// "base seed 1 (the default), seeds 1..10000 for each scenario".
std::string BudgetText(const FuzzBudget& budget);

}  // namespace fencepost::cli
