// What `fencepost fuzz` was asked for, as values.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "campaign/seed_range.h"
#include "campaign/shard.h"
#include "cli/common_options.h"

namespace fencepost::cli {

struct FuzzOptions {
  FuzzOptions();

  std::vector<std::string> scenarios;
  RunOptions requested;
  CampaignOutput how;
  // What to run: at most one of the first three, but for a shared campaign, whose worker may have a
  // time of its own.
  std::optional<campaign::SeedRange> seeds;
  std::optional<std::uint64_t> seed_count;
  std::optional<std::chrono::duration<double>> time;
  std::optional<std::uint64_t> base_seed;
  std::optional<std::uint64_t> plateau;
  std::optional<campaign::Shard> shard;
  std::optional<std::uint64_t> jobs;
  std::string_view strategy;
  bool check_determinism = false;
  std::optional<std::string> guided_corpus;
  // Of a shared campaign.
  std::optional<std::string> campaign;
  std::optional<absl::Duration> claim_time;
  std::optional<std::uint64_t> range_seeds;
};

// How much is to be run: which seeds, for how long, and when it is enough.
struct FuzzBudget {
  campaign::SeedRange seeds{};  // of each scenario; with a shard, only its own
  std::optional<std::chrono::duration<double>> time;  // for all scenarios together
  std::optional<std::uint64_t> plateau;  // executions without new coverage that end a scenario
  std::optional<campaign::Shard> shard;
  bool default_base = true;
};
absl::StatusOr<FuzzBudget> BudgetOf(const FuzzOptions& options);

// "base seed 1 (the default), seeds 1..10000 for each scenario".
std::string BudgetText(const FuzzBudget& budget);

// The threads to use. A store other than sim allows one.
absl::StatusOr<std::uint64_t> JobsOf(const FuzzOptions& options);

}  // namespace fencepost::cli
