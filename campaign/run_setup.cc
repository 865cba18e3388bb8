#include "campaign/run_setup.h"

#include <algorithm>
#include <utility>

#include "absl/status/status.h"

namespace fencepost::campaign {
namespace {

bool HasParameter(const Scenario& scenario, std::string_view name) {
  return std::any_of(scenario.parameters.begin(), scenario.parameters.end(),
                     [name](const ScenarioParameter& parameter) { return parameter.name == name; });
}

absl::StatusOr<Subject> MakeSubject(const Scenario& scenario, RunOptions requested) {
  auto complete = Complete(scenario, requested.parameters);
  if (!complete.ok()) return complete.status();
  requested.parameters = *std::move(complete);
  const auto runner = Runner::Create(scenario, requested);
  if (!runner.ok()) return runner.status();
  return Subject{&scenario, std::move(requested)};
}

absl::StatusOr<std::vector<const Scenario*>> FindAll(const std::vector<std::string>& names) {
  std::vector<const Scenario*> scenarios;
  for (const std::string& name : names) {
    const auto scenario = FindScenario(name);
    if (!scenario.ok()) return scenario.status();
    if (std::find(scenarios.begin(), scenarios.end(), *scenario) != scenarios.end()) {
      return absl::InvalidArgumentError("scenario " + name + " was given more than once");
    }
    scenarios.push_back(*scenario);
  }
  if (names.empty()) {
    for (const Scenario& scenario : AllScenarios()) scenarios.push_back(&scenario);
  }
  return scenarios;
}

}  // namespace

absl::StatusOr<Subject> SubjectOf(std::string_view name, const RunOptions& requested) {
  const auto scenario = FindScenario(name);
  if (!scenario.ok()) return scenario.status();
  return MakeSubject(**scenario, requested);
}

absl::StatusOr<std::vector<Subject>> SubjectsOf(const std::vector<std::string>& names,
                                                const RunOptions& requested) {
  const auto scenarios = FindAll(names);
  if (!scenarios.ok()) return scenarios.status();
  for (const auto& [parameter, value] : requested.parameters) {
    const auto has = [&parameter = parameter](const Scenario* scenario) {
      return HasParameter(*scenario, parameter);
    };
    if (std::none_of(scenarios->begin(), scenarios->end(), has)) {
      return absl::InvalidArgumentError("none of the scenarios to run has the parameter --" +
                                        parameter);
    }
  }
  std::vector<Subject> subjects;
  for (const Scenario* scenario : *scenarios) {
    RunOptions own = requested;
    std::erase_if(own.parameters,
                  [scenario](const auto& value) { return !HasParameter(*scenario, value.first); });
    auto subject = MakeSubject(*scenario, std::move(own));
    if (!subject.ok()) return subject.status();
    subjects.push_back(*std::move(subject));
  }
  return subjects;
}

}  // namespace fencepost::campaign
