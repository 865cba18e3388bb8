// A run that was not the same in two processes, shown to a person and to a machine.
#pragma once

#include <string>

#include "campaign/determinism/determinism_guard.h"
#include "cli/report/draw_timeline.h"
#include "cli/report/json.h"

namespace fencepost::cli {

std::string DivergencePage(const campaign::Divergence& divergence, const DrawStyle& style);

// scenario, end, property, seed, command, hash, other_hash, first_difference.
Json DivergenceJson(const campaign::Divergence& divergence);

}  // namespace fencepost::cli
