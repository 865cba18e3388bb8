// The shape of a failure: what tells two shrunk failures of one property apart. Like the top of a
// stack trace, which tells crashes apart: the last three steps of the actor that acted last,
// without the numbers in them, as ids say nothing. The decisions that led there are no part of it:
// there are many ways to run into one and the same bug (bench/results/shared-campaign.md has the
// figures).
#pragma once

#include <string>
#include <string_view>

#include "scenarios/run/runner.h"
#include "sim/world/timeline.h"

namespace fencepost::campaign {

// One line for each step: "mark_lost w# -> fence_miss_owner". Where something is still pending, or
// the code crashed, who acted last is chance: then it is what the report says, without numbers.
std::string ShapeOf(const RunReport& report, const sim::Timeline& timeline);

}  // namespace fencepost::campaign
