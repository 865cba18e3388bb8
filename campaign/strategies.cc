#include "campaign/strategies.h"

#include <fmt/format.h>

#include <algorithm>

#include "absl/status/status.h"
#include "core/rules/check.h"
#include "sim/engine/strategies/partial_order_sampling.h"
#include "sim/engine/strategies/portfolio.h"
#include "sim/engine/strategies/random_walk.h"
#include "sim/engine/strategies/reads_from.h"
#include "sim/engine/strategies/uniform_walk.h"

namespace fencepost::campaign {
namespace {

constexpr std::string_view kSeedCommands = "fuzz, run, choice-bytes";

template <class Strategy>
std::unique_ptr<sim::Strategy> Make(std::uint64_t seed, const Profile&) {
  return std::make_unique<Strategy>(seed);
}
template <class Strategy>
std::unique_ptr<sim::Strategy> MakeOfProfile(std::uint64_t seed, const Profile& profile) {
  return std::make_unique<Strategy>(seed, profile);
}

const StrategyInfo* Find(std::string_view name) {
  const auto& all = Strategies();
  const auto* const found = std::find_if(
      all.begin(), all.end(), [name](const StrategyInfo& one) { return one.name == name; });
  return found == all.end() ? nullptr : found;
}

bool Takes(const StrategyInfo& strategy, bool campaign) {
  return strategy.use == StrategyUse::kSeeds ||
         (campaign && strategy.use == StrategyUse::kCampaign);
}

}  // namespace

const std::array<StrategyInfo, 12>& Strategies() {
  using Use = StrategyUse;
  static constexpr std::array<StrategyInfo, 12> kAll = {{
      {kPortfolio, Use::kSeeds, kSeedCommands,
       "eight in turn, seed by seed: the three below, with no, few, usual and many faults", true,
       [](std::uint64_t seed, const Profile& profile) {
         return sim::PortfolioStrategy(seed, profile);
       }},
      {kRandomWalk, Use::kSeeds, kSeedCommands, "every decision is drawn at random from the seed",
       false, Make<sim::RandomWalk>},
      {kPct, Use::kSeeds, kSeedCommands,
       "tasks by random priority, lowered at a few points: few, deep preemptions", true,
       [](std::uint64_t seed, const Profile& profile) {
         return sim::PctOfSomeDepth(seed, profile);
       }},
      {kPos, Use::kSeeds, kSeedCommands,
       "each step by a random priority of its own: samples orders of steps", false,
       Make<sim::PartialOrderSampling>},
      {kUrw, Use::kSeeds, kSeedCommands,
       "each task by the steps that it has left: samples interleavings uniformly", true,
       MakeOfProfile<sim::UniformWalk>},
      {kSurw, Use::kSeeds, kSeedCommands,
       "the same for the steps at one object, drawn for each execution", true,
       MakeOfProfile<sim::SelectivelyUniformWalk>},
      {kReadsFrom, Use::kSeeds, kSeedCommands,
       "some access must come right after a certain change: one or a few such constraints", true,
       MakeOfProfile<sim::ReadsFrom>},
      {kGuided, Use::kCampaign, "fuzz", "mutants of executions that went somewhere new", false,
       nullptr},
      {kChoiceBytes, Use::kOwnCommand, "run",
       "the bytes of a file, each one choice: what libFuzzer mutates", false, nullptr},
      {kExhaustive, Use::kOwnCommand, "explore",
       "every execution, depth first, within bounds on preemptions and faults", false, nullptr},
      {kReplay, Use::kOwnCommand, "replay",
       "the decisions of a recorded execution, found again by their names", false, nullptr},
      {kShrunk, Use::kOwnCommand, "shrink, fuzz",
       "a failure's decisions, as few of them as it needs", false, nullptr},
  }};
  return kAll;
}

std::vector<std::string_view> StrategyNames(bool campaign) {
  std::vector<std::string_view> names;
  for (const StrategyInfo& strategy : Strategies()) {
    if (Takes(strategy, campaign)) names.push_back(strategy.name);
  }
  return names;
}

absl::StatusOr<std::string_view> StrategyNamed(std::string_view command, bool campaign,
                                               std::string_view text) {
  const StrategyInfo* const strategy = Find(text);
  if (strategy != nullptr && Takes(*strategy, campaign)) return strategy->name;
  const std::string known =
      strategy == nullptr ? "" : fmt::format(" (which is for {})", strategy->commands);
  return absl::InvalidArgumentError(fmt::format("{} takes no --strategy \"{}\"{}; it takes {}",
                                                command, text, known,
                                                fmt::join(StrategyNames(campaign), ", ")));
}

bool Learns(std::string_view strategy) {
  const StrategyInfo* const found = Find(strategy);
  return found != nullptr && found->use == StrategyUse::kCampaign;
}

bool UsesProfile(std::string_view strategy) {
  const StrategyInfo* const found = Find(strategy);
  return found != nullptr && found->uses_profile;
}

std::unique_ptr<sim::Strategy> SeededStrategy(std::string_view name, std::uint64_t seed,
                                              const Profile& profile) {
  const StrategyInfo* const strategy = Find(name);
  Check(strategy != nullptr && strategy->make != nullptr, "the strategy makes executions of seeds");
  return strategy->make(seed, profile);
}

}  // namespace fencepost::campaign
