// Which activity of a control plane runs now: the name that the calling task was spawned under.
//
// The engine tells tasks of one name apart ("cp-1/refresh#2"). An activity is the name alone, the
// same as in production. Empty outside of a task and in the story itself, which belongs to no
// control plane.
#pragma once

#include <string_view>

#include "sim/engine/engine.h"

namespace fencepost::sim {

std::string_view ActivityOfTask(const Engine& engine);

}  // namespace fencepost::sim
