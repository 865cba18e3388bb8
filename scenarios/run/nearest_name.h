// What a person who mistyped a name most likely meant.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace fencepost {

// The number of insertions, deletions, replacements and swaps of neighbours that lead from one
// text to the other (optimal string alignment).
std::size_t EditDistance(std::string_view a, std::string_view b);

// The candidate with the smallest distance, the first of several. Empty if there are none or if
// even the nearest shares too little with `name` to be what was meant.
std::string_view NearestName(std::string_view name,
                             const std::vector<std::string_view>& candidates);

}  // namespace fencepost
