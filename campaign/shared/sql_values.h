// Numbers as the texts of SQL parameters and results. Seeds and hashes use all 64 bits, which no
// column of numbers holds: they are texts of one length, whose order is that of the numbers.
#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <cstdlib>
#include <string>

namespace fencepost::campaign {

inline std::string NumberText(std::uint64_t number) { return std::to_string(number); }
inline std::string SeedText(std::uint64_t seed) { return fmt::format("{:020}", seed); }
inline std::uint64_t ParseUnsigned(const std::string& text) {
  return std::strtoull(text.c_str(), nullptr, 10);
}

}  // namespace fencepost::campaign
