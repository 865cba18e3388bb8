// Turns the texts of the command line into values. Every error names the option, what it got and
// what it wants.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace fencepost::cli {

// Decimal digits only, up to 2^64 - 1.
absl::StatusOr<std::uint64_t> ParseNumber(std::string_view option, std::string_view text);
// With an optional minus sign.
absl::StatusOr<std::int64_t> ParseSignedNumber(std::string_view option, std::string_view text);
// "none" or a number.
absl::StatusOr<std::uint64_t> ParseBound(std::string_view option, std::string_view text,
                                         std::uint64_t none);

// Both ends belong to it.
struct SeedRange {
  std::uint64_t first;
  std::uint64_t last;
};
// "A..B" with A <= B.
absl::StatusOr<SeedRange> ParseSeedRange(std::string_view option, std::string_view text);

// "60s", "1h30m", "500ms": more than nothing, at most 10,000 hours.
absl::StatusOr<absl::Duration> ParseDuration(std::string_view option, std::string_view text);

// As one word of a shell's command line: quoted if it must be.
std::string ShellWord(std::string_view text);

}  // namespace fencepost::cli
