// Turns the texts of the command line into values. Every error names the option, what it was given
// and what it takes.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "campaign/seed_range.h"
#include "campaign/shard.h"

namespace fencepost::cli {

// The error for a wrong use of the command: one sentence that says what to do.
absl::Status BadUsage(const std::string& sentence);

// Decimal digits only, up to 2^64 - 1.
absl::StatusOr<std::uint64_t> ParseNumber(std::string_view option, std::string_view text);
// With an optional minus sign.
absl::StatusOr<std::int64_t> ParseSignedNumber(std::string_view option, std::string_view text);
// "none" or a number.
absl::StatusOr<std::uint64_t> ParseBound(std::string_view option, std::string_view text,
                                         std::uint64_t none);

// "A..B" with A <= B.
absl::StatusOr<campaign::SeedRange> ParseSeedRange(std::string_view option, std::string_view text);

// "K/N" with 1 <= K <= N <= 1,000,000.
absl::StatusOr<campaign::Shard> ParseShard(std::string_view option, std::string_view text);

// "60s", "1h30m", "500ms": more than nothing, at most 10,000 hours.
absl::StatusOr<absl::Duration> ParseDuration(std::string_view option, std::string_view text);

// Sets `value` to what `text` says; the type of `value` decides how the text is read. A flag has no
// text.
absl::Status ParseInto(std::string_view option, const std::string& text, bool& flag);
absl::Status ParseInto(std::string_view option, const std::string& text, std::string& value);
absl::Status ParseInto(std::string_view option, const std::string& text, std::uint64_t& value);
absl::Status ParseInto(std::string_view option, const std::string& text, absl::Duration& value);
absl::Status ParseInto(std::string_view option, const std::string& text,
                       std::chrono::duration<double>& value);
absl::Status ParseInto(std::string_view option, const std::string& text,
                       campaign::SeedRange& value);
absl::Status ParseInto(std::string_view option, const std::string& text, campaign::Shard& value);
template <class Value>
absl::Status ParseInto(std::string_view option, const std::string& text,
                       std::optional<Value>& value) {
  return ParseInto(option, text, value.emplace());
}

}  // namespace fencepost::cli
