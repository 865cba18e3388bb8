#include "sim/engine/strategies/portfolio.h"

#include <array>
#include <utility>

#include "sim/engine/random.h"
#include "sim/engine/strategies/partial_order_sampling.h"
#include "sim/engine/strategies/pct.h"
#include "sim/engine/strategies/random_walk.h"
#include "sim/engine/strategies/reads_from.h"
#include "sim/engine/strategies/scaled_faults.h"
#include "sim/engine/strategies/uniform_walk.h"

namespace fencepost::sim {
namespace {

constexpr uint64_t kWhichPct = 3;  // a stream of the seed

enum class Order : uint8_t { kReadsFrom, kSurw, kPos, kWalk };

struct Member {
  Order order;
  FaultScale faults;
};

// Next to each other stand those that find different bugs. bench/results/concurrency.md has the
// measurements that say which orders pay.
constexpr std::array<Member, kPortfolioSize> kMembers = {{
    {Order::kReadsFrom, {0, 1}},
    {Order::kReadsFrom, {1, 5}},
    {Order::kReadsFrom, {4, 1}},
    {Order::kSurw, {1, 1}},
    {Order::kWalk, {10, 1}},
    {Order::kReadsFrom, {1, 1}},
    {Order::kReadsFrom, {1, 5}},
    {Order::kPos, {1, 1}},
}};

// How many seeds before this one have its order of tasks.
uint64_t RankOf(uint64_t seed) {
  const uint64_t place = (seed - 1) % kMembers.size();
  const Order order = kMembers[place].order;
  uint64_t before = 0;
  uint64_t all = 0;
  for (uint64_t i = 0; i < kMembers.size(); ++i) {
    if (kMembers[i].order != order) continue;
    ++all;
    before += i < place;
  }
  return (seed - 1) / kMembers.size() * all + before;
}

std::unique_ptr<Strategy> InOrder(Order order, uint64_t seed,
                                  std::shared_ptr<const ProgramProfile> profile) {
  switch (order) {
    case Order::kReadsFrom:
      return std::make_unique<ReadsFrom>(seed, RankOf(seed), std::move(profile));
    case Order::kSurw:
      return std::make_unique<SelectivelyUniformWalk>(seed, RankOf(seed), std::move(profile));
    case Order::kPos:
      return std::make_unique<PartialOrderSampling>(seed);
    case Order::kWalk:
      break;
  }
  return std::make_unique<RandomWalk>(seed);
}

}  // namespace

std::unique_ptr<Strategy> PctOfSomeDepth(uint64_t seed,
                                         std::shared_ptr<const ProgramProfile> profile) {
  Random random(DeriveSeed(seed, kWhichPct));
  const uint32_t depth = 1 + random.Below(4);
  const uint32_t measured = profile->decisions();
  const uint32_t length = measured > 0 ? measured : uint32_t{16} << random.Below(7);
  return std::make_unique<Pct>(seed, depth, length);
}

std::unique_ptr<Strategy> PortfolioStrategy(uint64_t seed,
                                            std::shared_ptr<const ProgramProfile> profile) {
  const Member& member = kMembers[(seed - 1) % kMembers.size()];
  std::unique_ptr<Strategy> strategy = InOrder(member.order, seed, std::move(profile));
  if (member.faults.times == member.faults.in) return strategy;
  return std::make_unique<ScaledFaults>(seed, member.faults, std::move(strategy));
}

}  // namespace fencepost::sim
