#include "cli/fuzz_budget.h"

#include <fmt/format.h>

#include <utility>

#include "absl/status/status.h"

namespace fencepost::cli {
namespace {

using Seconds = std::chrono::duration<double>;

constexpr std::uint64_t kDefaultBaseSeed = 1;
constexpr std::uint64_t kDefaultSeedCount = 10'000;

absl::Status Wrong(const std::string& sentence) { return absl::InvalidArgumentError(sentence); }

absl::StatusOr<SeedRange> SeedsFrom(const GivenArguments& given) {
  if (const std::string* range = given.Find("--seeds")) return ParseSeedRange("--seeds", *range);
  const auto base = NumberOr(given, "--base-seed", kDefaultBaseSeed);
  if (!base.ok()) return base.status();
  if (given.Has("--time") && !given.Has("--seed-count")) return SeedRange{*base, UINT64_MAX};
  const auto count = NumberOr(given, "--seed-count", kDefaultSeedCount);
  if (!count.ok()) return count.status();
  if (*count == 0) return Wrong("--seed-count needs at least 1");
  if (*count - 1 > UINT64_MAX - *base) {
    return Wrong("--base-seed and --seed-count together go beyond the largest seed");
  }
  return SeedRange{*base, *base + (*count - 1)};
}

}  // namespace

absl::StatusOr<std::uint64_t> NumberOr(const GivenArguments& given, std::string_view option,
                                       std::uint64_t standard) {
  const std::string* text = given.Find(option);
  if (text == nullptr) return standard;
  return ParseNumber(option, *text);
}

absl::StatusOr<FuzzBudget> FuzzBudgetOf(const GivenArguments& given) {
  // With a corpus the seeds are the campaign's and the time is this worker's.
  const bool own_time = given.Has("--time") && !given.Has("--corpus");
  if (given.Has("--seeds") + given.Has("--seed-count") + own_time > 1) {
    return Wrong(given.Has("--corpus") ? "give only one of --seeds and --seed-count"
                                       : "give only one of --seeds, --seed-count and --time");
  }
  if (given.Has("--seeds") && given.Has("--base-seed")) {
    return Wrong("--seeds says which seed is the first: leave out --base-seed");
  }
  FuzzBudget budget;
  budget.default_base = !given.Has("--seeds") && !given.Has("--base-seed");
  auto seeds = SeedsFrom(given);
  if (!seeds.ok()) return seeds.status();
  if (const std::string* text = given.Find("--shard")) {
    const auto shard = ParseShard("--shard", *text);
    if (!shard.ok()) return shard.status();
    budget.shard = *shard;
    seeds = SeedsOfShard(*seeds, *shard);
    if (!seeds.ok()) return seeds.status();
  }
  budget.seeds = *seeds;
  if (const std::string* text = given.Find("--time")) {
    const auto time = ParseDuration("--time", *text);
    if (!time.ok()) return time.status();
    budget.time = Seconds(absl::ToDoubleSeconds(*time));
  }
  if (const std::string* text = given.Find("--plateau")) {
    const auto plateau = ParseNumber("--plateau", *text);
    if (!plateau.ok()) return plateau.status();
    if (*plateau == 0) return Wrong("--plateau needs at least 1");
    budget.plateau = *plateau;
  }
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

}  // namespace fencepost::cli
