// Portfolio: eight strategies take turns, seed by seed, so that no kind of bug depends on one kind
// of search. The first seed has no fault at all: what is wrong without faults is found at once, and
// so are bugs that faults hide. The others differ in how often faults come and in how tasks are
// ordered; one of the eight is the plain random walk.
//
// Which strategy a seed has is part of the contract: the seed alone, with the program's profile,
// repeats the run.
#pragma once

#include <cstdint>
#include <memory>

#include "sim/engine/strategies/program_profile.h"
#include "sim/engine/strategy.h"

namespace fencepost::sim {

inline constexpr uint64_t kPortfolioSize = 8;

// The seeds 1 to 8 have one each, 9 is as 1, and so on.
std::unique_ptr<Strategy> PortfolioStrategy(uint64_t seed,
                                            std::shared_ptr<const ProgramProfile> profile);

// A PCT whose depth is drawn from the seed. Its length is that of the profile, or drawn as well if
// nothing is known of the program.
std::unique_ptr<Strategy> PctOfSomeDepth(uint64_t seed,
                                         std::shared_ptr<const ProgramProfile> profile);

}  // namespace fencepost::sim
