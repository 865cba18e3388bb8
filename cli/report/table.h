// A table of texts for a terminal: the first row is the heading.
#pragma once

#include <string>
#include <vector>

namespace fencepost::cli {

// `left` columns are aligned to the left, the others, numbers, to the right.
std::string Table(const std::vector<std::vector<std::string>>& rows, std::size_t left);

}  // namespace fencepost::cli
