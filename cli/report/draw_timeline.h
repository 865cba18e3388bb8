// Draws a timeline as one column for each actor: control planes, their janitors, workers' rows,
// pods. Time is at the left and runs downwards; columns without entries are left out.
//
// Promises: no line is wider than the style allows (from 40 columns up), long texts are wrapped,
// and the same timeline and style give the same text. Where so many actors take part that their
// columns would be too narrow to read, it is a list: time, actor, what.
#pragma once

#include <cstddef>
#include <string>

#include "sim/world/timeline.h"

namespace fencepost::cli {

struct DrawStyle {
  std::size_t width = 100;
  bool unicode = true;  // box drawing and arrows; false: plain ASCII
};

std::string DrawTimeline(const sim::Timeline& timeline, const DrawStyle& style);

}  // namespace fencepost::cli
