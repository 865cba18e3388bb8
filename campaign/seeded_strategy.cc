#include "campaign/seeded_strategy.h"

#include <array>
#include <string>

#include "absl/status/status.h"
#include "campaign/strategies.h"
#include "sim/engine/strategies/partial_order_sampling.h"
#include "sim/engine/strategies/portfolio.h"
#include "sim/engine/strategies/random_walk.h"

namespace fencepost::cli {
namespace {

constexpr std::array<std::string_view, 4> kSeeded = {kPortfolio, kRandomWalk, kPct, kPos};

}  // namespace

absl::StatusOr<std::string_view> StrategyNameOf(const GivenArguments& given) {
  const std::string* text = given.Find("--strategy");
  if (text == nullptr) return kPortfolio;
  for (const std::string_view name : kSeeded) {
    if (*text == name) return name;
  }
  if (*text == kGuided) {
    return absl::InvalidArgumentError(
        "--strategy guided learns from one run to the next: it is for fuzz alone, and replay "
        "repeats what it finds");
  }
  return absl::InvalidArgumentError("--strategy needs portfolio, random-walk, pct or pos, not \"" +
                                    *text + "\"");
}

absl::StatusOr<std::string_view> CampaignStrategyOf(const GivenArguments& given) {
  const std::string* text = given.Find(kCampaignStrategyOption.name);
  if (text != nullptr && *text == kGuided) return kGuided;
  return StrategyNameOf(given);
}

std::unique_ptr<sim::Strategy> SeededStrategy(std::string_view name, std::uint64_t seed) {
  if (name == kPct) return sim::PctOfSomeDepth(seed);
  if (name == kPos) return std::make_unique<sim::PartialOrderSampling>(seed);
  if (name == kPortfolio) return sim::PortfolioStrategy(seed);
  return std::make_unique<sim::RandomWalk>(seed);
}

std::string StrategyText(std::string_view name) {
  return name == kPortfolio ? "" : " --strategy " + std::string(name);
}

}  // namespace fencepost::cli
