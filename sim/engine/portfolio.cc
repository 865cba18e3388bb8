#include "sim/engine/portfolio.h"

#include "sim/engine/partial_order_sampling.h"
#include "sim/engine/pct.h"
#include "sim/engine/random.h"
#include "sim/engine/random_walk.h"

namespace fencepost::sim {
namespace {

constexpr uint64_t kWhichStrategy = 2;  // streams of the seed
constexpr uint64_t kWhichPct = 3;

}  // namespace

std::unique_ptr<Strategy> PctOfSomeDepth(uint64_t seed) {
  Random random(DeriveSeed(seed, kWhichPct));
  const uint32_t depth = 1 + random.Below(4);
  const uint32_t length = uint32_t{16} << random.Below(7);
  return std::make_unique<Pct>(seed, depth, length);
}

std::unique_ptr<Strategy> PortfolioStrategy(uint64_t seed) {
  switch (DeriveSeed(seed, kWhichStrategy) % 4) {
    case 0:
      return PctOfSomeDepth(seed);
    case 1:
      return std::make_unique<PartialOrderSampling>(seed);
    default:
      return std::make_unique<RandomWalk>(seed);
  }
}

}  // namespace fencepost::sim
