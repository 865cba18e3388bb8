#include "campaign/replay_parameters.h"

#include <utility>

#include "absl/status/status.h"
#include "cli/arguments.h"

namespace fencepost::cli {
namespace {

constexpr std::string_view kSwarm = "swarm";

absl::Status Recording(const absl::Status& status) {
  return absl::InvalidArgumentError("the recording cannot be run by this fencepost: " +
                                    std::string(status.message()));
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
  if (!scenario.ok()) return Recording(scenario.status());
  Recorded recorded{*scenario, {}};
  recorded.options.store = file.store;
  // A recording of the first programs that judged conformance shows it by what was broken alone.
  recorded.options.conform = file.conform || file.property == kConformanceProperty;
  ParameterValues given;
  for (const auto& [name, text] : file.parameters) {
    const auto value = ParseSignedNumber("parameter " + name, text);
    if (!value.ok()) return Recording(value.status());
    if (name == kSwarm) {
      recorded.options.swarm = *value != 0;
    } else {
      given[name] = *value;
    }
  }
  auto complete = Complete(**scenario, given);
  if (!complete.ok()) return Recording(complete.status());
  recorded.options.parameters = *std::move(complete);
  return recorded;
}

}  // namespace fencepost::cli
