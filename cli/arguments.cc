#include "cli/arguments.h"

#include <fmt/format.h>

#include <charconv>

#include "absl/status/status.h"

namespace fencepost::cli {
namespace {

absl::Status WrongValue(std::string_view option, std::string_view text, std::string_view wanted) {
  return absl::InvalidArgumentError(std::string(option) + " needs " + std::string(wanted) +
                                    ", not \"" + std::string(text) + "\"");
}

template <class Number>
absl::StatusOr<Number> Parse(std::string_view option, std::string_view text,
                             std::string_view wanted, std::string_view range) {
  Number value = 0;
  const char* end = text.data() + text.size();
  const auto result = std::from_chars(text.data(), end, value);
  if (result.ec == std::errc::result_out_of_range && result.ptr == end) {
    return WrongValue(option, text, range);
  }
  if (result.ec != std::errc() || result.ptr != end) return WrongValue(option, text, wanted);
  return value;
}

template <class Value>
absl::Status Assign(const absl::StatusOr<Value>& parsed, Value& value) {
  if (parsed.ok()) value = *parsed;
  return parsed.status();
}

}  // namespace

absl::Status BadUsage(const std::string& sentence) { return absl::InvalidArgumentError(sentence); }

absl::StatusOr<std::uint64_t> ParseNumber(std::string_view option, std::string_view text) {
  return Parse<std::uint64_t>(option, text, "a number that is not negative",
                              "a number up to 18446744073709551615");
}

absl::StatusOr<std::int64_t> ParseSignedNumber(std::string_view option, std::string_view text) {
  return Parse<std::int64_t>(option, text, "a number",
                             "a number from -9223372036854775808 to 9223372036854775807");
}

absl::StatusOr<std::uint64_t> ParseBound(std::string_view option, std::string_view text,
                                         std::uint64_t none) {
  if (text == "none") return none;
  return Parse<std::uint64_t>(option, text, "a number that is not negative, or none",
                              "a number up to 18446744073709551615, or none");
}

absl::StatusOr<campaign::SeedRange> ParseSeedRange(std::string_view option, std::string_view text) {
  const std::size_t dots = text.find("..");
  if (dots == std::string_view::npos) {
    return WrongValue(option, text, "a range of seeds such as 1..1000");
  }
  const auto first = ParseNumber(option, text.substr(0, dots));
  const auto last = ParseNumber(option, text.substr(dots + 2));
  if (!first.ok() || !last.ok()) {
    return WrongValue(option, text, "a range of seeds such as 1..1000, up to 18446744073709551615");
  }
  if (*first > *last) {
    return WrongValue(option, text, "a range whose first seed is not above its last, such as 3..5");
  }
  return campaign::SeedRange{*first, *last};
}

absl::StatusOr<absl::Duration> ParseDuration(std::string_view option, std::string_view text) {
  absl::Duration duration;
  const bool parsed = absl::ParseDuration(absl::string_view(text.data(), text.size()), &duration);
  if (!parsed || duration <= absl::ZeroDuration()) {
    return WrongValue(option, text, "a duration such as 60s, 5m or 1h30m");
  }
  if (duration > absl::Hours(10'000)) return WrongValue(option, text, "at most 10000h");
  return duration;
}

absl::StatusOr<campaign::Shard> ParseShard(std::string_view option, std::string_view text) {
  constexpr std::uint64_t kMostShards = 1'000'000;
  const auto wrong = [&] {
    return WrongValue(
        option, text,
        fmt::format("K/N with K from 1 to N and N at most {}, such as 2/8", kMostShards));
  };
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos) return wrong();
  const auto number = ParseNumber(option, text.substr(0, slash));
  const auto count = ParseNumber(option, text.substr(slash + 1));
  if (!number.ok() || !count.ok()) return wrong();
  if (*number < 1 || *number > *count || *count > kMostShards) return wrong();
  return campaign::Shard{*number, *count};
}

absl::Status ParseInto(std::string_view, const std::string&, bool& flag) {
  flag = true;
  return absl::OkStatus();
}

absl::Status ParseInto(std::string_view, const std::string& text, std::string& value) {
  value = text;
  return absl::OkStatus();
}

absl::Status ParseInto(std::string_view option, const std::string& text, std::uint64_t& value) {
  return Assign(ParseNumber(option, text), value);
}

absl::Status ParseInto(std::string_view option, const std::string& text, absl::Duration& value) {
  return Assign(ParseDuration(option, text), value);
}

absl::Status ParseInto(std::string_view option, const std::string& text,
                       std::chrono::duration<double>& value) {
  absl::Duration duration;
  if (absl::Status parsed = ParseInto(option, text, duration); !parsed.ok()) return parsed;
  value = std::chrono::duration<double>(absl::ToDoubleSeconds(duration));
  return absl::OkStatus();
}

absl::Status ParseInto(std::string_view option, const std::string& text,
                       campaign::SeedRange& value) {
  return Assign(ParseSeedRange(option, text), value);
}

absl::Status ParseInto(std::string_view option, const std::string& text, campaign::Shard& value) {
  return Assign(ParseShard(option, text), value);
}

}  // namespace fencepost::cli
