// Suggests what a person who mistyped a name most likely meant.
//
// Error messages about scenarios, commands and options use it; the functions know nothing of what
// the names stand for.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace fencepost {

// The number of insertions, deletions, replacements and swaps of neighbouring characters that turn
// one text into the other (the optimal string alignment distance).
std::size_t EditDistance(std::string_view a, std::string_view b);

// The candidate with the smallest distance from `name`, the first of several. Empty if there are no
// candidates or if even the nearest one shares too little with `name` to be what was meant.
std::string_view NearestName(std::string_view name,
                             const std::vector<std::string_view>& candidates);

}  // namespace fencepost
