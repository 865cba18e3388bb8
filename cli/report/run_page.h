// The page that shows one run to a person: what became of it, the drawn sequence of its actors,
// its faults, its hash and the revision.
#pragma once

#include <string>

#include "cli/report/draw_timeline.h"
#include "scenarios/run/runner.h"

namespace fencepost::cli {

// The property's name, sentence and detail, or what else the run came to.
std::string VerdictText(const RunReport& report, const DrawStyle& style);

std::string RunPage(const RunReport& report, const sim::Timeline& timeline, const DrawStyle& style);

}  // namespace fencepost::cli
