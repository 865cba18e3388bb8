// Text for people: how wide it is, and how it is cut to a width. A code point counts as one column,
// which is right for the names and marks that this program prints.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace fencepost::cli {

std::size_t Width(std::string_view text);

// `text` followed by spaces up to `width`.
std::string Padded(std::string_view text, std::size_t width);

// Without control characters, which could move a terminal's cursor. With `unicode` "->" becomes an
// arrow and "..." an ellipsis; without it, what is not ASCII becomes "?".
std::string Printable(std::string_view text, bool unicode);

// Lines of at most `width` columns, broken between words where possible. Later lines are indented
// by `indent`. REQUIRES: width > indent.
std::vector<std::string> Wrapped(std::string_view text, std::size_t width, std::size_t indent);

// "20,000".
std::string Grouped(std::uint64_t number);

}  // namespace fencepost::cli
