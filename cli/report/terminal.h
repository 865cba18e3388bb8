// What is known about the place that the output goes to.
#pragma once

#include "cli/report/draw_timeline.h"

namespace fencepost::cli {

bool IsTerminal(int descriptor);

// The width of the terminal at `descriptor`, or 100 columns where there is none. Unicode if the
// environment's locale says UTF-8, unless `ascii`.
DrawStyle StyleFor(int descriptor, bool ascii);

}  // namespace fencepost::cli
