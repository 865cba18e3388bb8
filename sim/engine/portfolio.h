// Portfolio: each seed is run by one of several strategies, which the seed itself chooses, so that
// no kind of bug depends on one kind of search: half of the seeds by random walk, a quarter by PCT,
// of depth 1 to 4 and a length between 16 and 1024, and a quarter by partial-order sampling.
//
// Which strategy a seed has is part of the contract: the seed alone repeats the run.
#pragma once

#include <cstdint>
#include <memory>

#include "sim/engine/strategy.h"

namespace fencepost::sim {

std::unique_ptr<Strategy> PortfolioStrategy(uint64_t seed);

// A PCT whose depth and length are drawn from the seed.
std::unique_ptr<Strategy> PctOfSomeDepth(uint64_t seed);

}  // namespace fencepost::sim
