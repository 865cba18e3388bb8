#include "cli/fuzz_options.h"

#include <fmt/format.h>

#include <algorithm>
#include <thread>

namespace fencepost::cli {
namespace {

constexpr std::uint64_t kDefaultBaseSeed = 1;
constexpr std::uint64_t kDefaultSeedCount = 10'000;
constexpr std::uint64_t kMostJobs = 1024;

absl::StatusOr<campaign::SeedRange> SeedsOf(const FuzzOptions& options) {
  if (options.seeds) return *options.seeds;
  const std::uint64_t base = options.base_seed.value_or(kDefaultBaseSeed);
  if (options.time && !options.seed_count) return campaign::SeedRange{base, UINT64_MAX};
  const std::uint64_t count = options.seed_count.value_or(kDefaultSeedCount);
  if (count == 0) return BadUsage("--seed-count needs at least 1");
  if (count - 1 > UINT64_MAX - base) {
    return BadUsage("--base-seed and --seed-count together go beyond the largest seed");
  }
  return campaign::SeedRange{base, base + (count - 1)};
}

}  // namespace

FuzzOptions::FuzzOptions()
    : how(DefaultCampaignOutput()), strategy(campaign::StrategyNames(true).front()) {
  how.shrink_time = std::chrono::duration<double>(5);
}

absl::StatusOr<FuzzBudget> BudgetOf(const FuzzOptions& options) {
  // In a shared campaign the seeds are the campaign's and the time is this worker's.
  const bool bounds_seeds = options.time && !options.campaign;
  if (options.seeds.has_value() + options.seed_count.has_value() + bounds_seeds > 1) {
    return BadUsage(options.campaign ? "give only one of --seeds and --seed-count"
                                     : "give only one of --seeds, --seed-count and --time");
  }
  if (options.seeds && options.base_seed) {
    return BadUsage("--seeds says which seed is the first: leave out --base-seed");
  }
  if (options.plateau == 0) return BadUsage("--plateau needs at least 1");
  auto seeds = SeedsOf(options);
  if (seeds.ok() && options.shard) seeds = campaign::SeedsOfShard(*seeds, *options.shard);
  if (!seeds.ok()) return seeds.status();
  FuzzBudget budget;
  budget.seeds = *seeds;
  budget.time = options.time;
  budget.plateau = options.plateau;
  budget.shard = options.shard;
  budget.default_base = !options.seeds && !options.base_seed;
  return budget;
}

std::string BudgetText(const FuzzBudget& budget) {
  std::string text = fmt::format("base seed {}{}", budget.seeds.first,
                                 budget.default_base && !budget.shard ? " (the default)" : "");
  text += budget.time ? fmt::format(", {} s in all", budget.time->count())
                      : fmt::format(", seeds {}..{} for each scenario", budget.seeds.first,
                                    budget.seeds.last);
  if (budget.shard) text += fmt::format(", shard {}/{}", budget.shard->number, budget.shard->count);
  if (budget.plateau) text += fmt::format(", plateau {}", *budget.plateau);
  return text;
}

absl::StatusOr<std::uint64_t> JobsOf(const FuzzOptions& options) {
  const std::string& store = options.requested.store;
  const bool shared_store = store != RunOptions().store;
  const std::uint64_t standard =
      shared_store ? 1 : std::max(1U, std::thread::hardware_concurrency());
  const std::uint64_t jobs = options.jobs.value_or(standard);
  if (jobs < 1 || jobs > kMostJobs) {
    return BadUsage(fmt::format("--jobs needs a number from 1 to {}", kMostJobs));
  }
  if (jobs > 1 && shared_store) {
    return BadUsage("--jobs must be 1 with --store " + store + ": its executions would share rows");
  }
  return jobs;
}

}  // namespace fencepost::cli
