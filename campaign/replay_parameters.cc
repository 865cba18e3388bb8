#include "campaign/replay_parameters.h"

#include <fmt/format.h>

#include <charconv>
#include <utility>

#include "absl/status/status.h"

namespace fencepost::campaign {
namespace {

constexpr std::string_view kSwarm = "swarm";

absl::Status Unusable(const absl::Status& status) {
  return absl::InvalidArgumentError("the recording cannot be run by this fencepost: " +
                                    std::string(status.message()));
}

absl::StatusOr<std::int64_t> ParseValue(const std::string& name, const std::string& text) {
  std::int64_t value = 0;
  const char* const end = text.data() + text.size();
  const auto result = std::from_chars(text.data(), end, value);
  if (result.ec == std::errc() && result.ptr == end) return value;
  return absl::InvalidArgumentError(
      fmt::format("its parameter {} must be a whole number of 64 bits, not \"{}\"", name, text));
}

}  // namespace

std::map<std::string, std::string> ToReplayParameters(const RunOptions& options) {
  std::map<std::string, std::string> texts;
  for (const auto& [name, value] : options.parameters) texts[name] = std::to_string(value);
  texts[std::string(kSwarm)] = options.swarm ? "1" : "0";
  return texts;
}

absl::StatusOr<Recorded> FromReplayFile(const sim::ReplayFile& file) {
  const auto scenario = FindScenario(file.scenario);
  if (!scenario.ok()) return Unusable(scenario.status());
  Recorded recorded{*scenario, {}};
  recorded.options.store = file.store;
  // The first programs that judged conformance did not record that they did: there a broken
  // conformance is the only sign of it.
  recorded.options.conform = file.conform || file.property == kConformanceProperty;
  ParameterValues given;
  for (const auto& [name, text] : file.parameters) {
    const auto value = ParseValue(name, text);
    if (!value.ok()) return Unusable(value.status());
    if (name == kSwarm) {
      recorded.options.swarm = *value != 0;
    } else {
      given[name] = *value;
    }
  }
  auto complete = Complete(**scenario, given);
  if (!complete.ok()) return Unusable(complete.status());
  recorded.options.parameters = *std::move(complete);
  return recorded;
}

}  // namespace fencepost::campaign
