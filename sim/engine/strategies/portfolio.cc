#include "sim/engine/strategies/portfolio.h"

#include <array>
#include <utility>

#include "sim/engine/random.h"
#include "sim/engine/strategies/partial_order_sampling.h"
#include "sim/engine/strategies/pct.h"
#include "sim/engine/strategies/random_walk.h"
#include "sim/engine/strategies/restless_walk.h"
#include "sim/engine/strategies/scaled_faults.h"

namespace fencepost::sim {
namespace {

constexpr uint64_t kWhichPct = 3;  // a stream of the seed

enum class Order : uint8_t { kWalk, kRestless, kPct, kPos };

struct Member {
  Order order;
  FaultScale faults;
};

// Next to each other stand those that find different bugs.
constexpr std::array<Member, kPortfolioSize> kMembers = {{
    {Order::kWalk, {0, 1}},
    {Order::kRestless, {1, 5}},
    {Order::kRestless, {4, 1}},
    {Order::kPos, {1, 1}},
    {Order::kWalk, {10, 1}},
    {Order::kWalk, {1, 1}},
    {Order::kPos, {1, 5}},
    {Order::kPct, {1, 1}},
}};

std::unique_ptr<Strategy> InOrder(Order order, uint64_t seed) {
  switch (order) {
    case Order::kRestless:
      return std::make_unique<RestlessWalk>(seed);
    case Order::kPct:
      return PctOfSomeDepth(seed);
    case Order::kPos:
      return std::make_unique<PartialOrderSampling>(seed);
    case Order::kWalk:
      break;
  }
  return std::make_unique<RandomWalk>(seed);
}

}  // namespace

std::unique_ptr<Strategy> PctOfSomeDepth(uint64_t seed) {
  Random random(DeriveSeed(seed, kWhichPct));
  const uint32_t depth = 1 + random.Below(4);
  const uint32_t length = uint32_t{16} << random.Below(7);
  return std::make_unique<Pct>(seed, depth, length);
}

std::unique_ptr<Strategy> PortfolioStrategy(uint64_t seed) {
  const Member& member = kMembers[(seed - 1) % kMembers.size()];
  std::unique_ptr<Strategy> strategy = InOrder(member.order, seed);
  if (member.faults.times == member.faults.in) return strategy;
  return std::make_unique<ScaledFaults>(seed, member.faults, std::move(strategy));
}

}  // namespace fencepost::sim
