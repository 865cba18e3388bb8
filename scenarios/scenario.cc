#include "scenarios/scenario.h"

#include "absl/status/status.h"
#include "scenarios/nearest_name.h"

namespace fencepost {
namespace {

absl::Status Invalid(const std::string& message) { return absl::InvalidArgumentError(message); }

const ScenarioParameter* FindParameter(const Scenario& scenario, std::string_view name) {
  for (const ScenarioParameter& parameter : scenario.parameters) {
    if (parameter.name == name) return &parameter;
  }
  return nullptr;
}

std::string Joined(const std::vector<std::string_view>& names) {
  std::string text;
  for (const std::string_view name : names) {
    text += (text.empty() ? "" : ", ") + std::string(name);
  }
  return text;
}

absl::Status UnknownParameter(const Scenario& scenario, std::string_view name) {
  const std::string start =
      "scenario " + std::string(scenario.name) + " has no parameter " + std::string(name);
  if (scenario.parameters.empty()) return Invalid(start + ": it has none");
  std::vector<std::string_view> names;
  for (const ScenarioParameter& parameter : scenario.parameters) names.push_back(parameter.name);
  return Invalid(start + ": it has " + Joined(names));
}

}  // namespace

std::vector<std::string_view> ProbeNames(const Scenario& scenario) {
  std::vector<std::string_view> names;
  for (const sim::Probe& probe : scenario.probes) names.push_back(probe.name());
  return names;
}

absl::StatusOr<const Scenario*> FindScenario(std::string_view name) {
  std::vector<std::string_view> names;
  for (const Scenario& scenario : AllScenarios()) {
    if (scenario.name == name) return &scenario;
    names.push_back(scenario.name);
  }
  const std::string_view nearest = NearestName(name, names);
  std::string message = "there is no scenario \"" + std::string(name) + "\"";
  message += nearest.empty() ? "; there are: " + Joined(names)
                             : "; did you mean " + std::string(nearest) + "?";
  return absl::NotFoundError(message);
}

absl::StatusOr<ParameterValues> Complete(const Scenario& scenario, const ParameterValues& given) {
  ParameterValues values;
  for (const ScenarioParameter& parameter : scenario.parameters) {
    values.emplace(parameter.name, parameter.standard);
  }
  for (const auto& [name, value] : given) {
    const ScenarioParameter* parameter = FindParameter(scenario, name);
    if (parameter == nullptr) return UnknownParameter(scenario, name);
    if (value < parameter->least || value > parameter->most) {
      return Invalid("parameter " + name + " of scenario " + std::string(scenario.name) +
                     " must be from " + std::to_string(parameter->least) + " to " +
                     std::to_string(parameter->most) + ", not " + std::to_string(value));
    }
    values[name] = value;
  }
  return values;
}

}  // namespace fencepost
