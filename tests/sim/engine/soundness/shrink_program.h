// Makes a program smaller as long as something stays true of it.
#pragma once

#include <functional>

#include "tests/sim/engine/soundness/small_program.h"

namespace fencepost::sim {

// REQUIRES: holds(program). No task and no single instruction can be left out of the result, and no
// mark be taken from it, so that `holds` stays true.
SmallProgram Shrink(SmallProgram program, const std::function<bool(const SmallProgram&)>& holds);

}  // namespace fencepost::sim
