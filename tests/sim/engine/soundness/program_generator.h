// Draws small programs of every shape that the engine offers.
#pragma once

#include "sim/engine/random.h"
#include "tests/sim/engine/soundness/comparison.h"
#include "tests/sim/engine/soundness/small_program.h"

namespace fencepost::sim {

struct Drawn {
  SmallProgram program;
  EnumerationBounds bounds;
};

// The same seed gives the same program. Most of them have less than ten thousand executions.
Drawn DrawProgram(std::uint64_t seed);

}  // namespace fencepost::sim
