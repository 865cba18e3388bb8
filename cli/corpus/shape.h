// The shape of a failure: which decisions it takes, without the numbers in their names. Two
// failures with the same property and the same shape, once shrunk, are one finding.
#pragma once

#include <span>
#include <string>

#include "sim/engine/choice.h"

namespace fencepost::cli {

// One line for each decision that is not the default: `schedule "write": cp-#`. Digits are #: they
// are ids, and which of two equal actors a search has met says nothing.
std::string ShapeOf(std::span<const sim::Choice> choices);

}  // namespace fencepost::cli
