#include "campaign/run_setup.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <utility>

#include "absl/status/status.h"
#include "cli/arguments.h"
#include "cli/commands.h"
#include "cli/store_secret.h"

namespace fencepost::cli {
namespace {

absl::StatusOr<ParameterValues> ParseParameters(const GivenArguments& given) {
  ParameterValues values;
  for (const auto& [name, text] : given.parameters) {
    const auto value = ParseSignedNumber("--" + name, text);
    if (!value.ok()) return value.status();
    values[name] = *value;
  }
  return values;
}

bool HasParameter(const Scenario& scenario, std::string_view name) {
  return std::any_of(scenario.parameters.begin(), scenario.parameters.end(),
                     [name](const ScenarioParameter& parameter) { return parameter.name == name; });
}

absl::StatusOr<Subject> MakeSubject(const Scenario& scenario, const ParameterValues& values,
                                    const GivenArguments& given, bool swarm) {
  auto complete = Complete(scenario, values);
  if (!complete.ok()) return complete.status();
  Subject subject{&scenario, {}};
  subject.options.parameters = *std::move(complete);
  if (const std::string* store = given.Find("--store"))
    subject.options.store = HidePassword(*store);
  subject.options.swarm = swarm;
  subject.options.conform = given.Has(kConform.name);
  const auto runner = Runner::Create(scenario, subject.options);
  if (!runner.ok()) return runner.status();
  return subject;
}

}  // namespace

absl::StatusOr<Subject> SubjectOf(std::string_view name, const GivenArguments& given, bool swarm) {
  const auto scenario = FindScenario(name);
  if (!scenario.ok()) return scenario.status();
  const auto values = ParseParameters(given);
  if (!values.ok()) return values.status();
  return MakeSubject(**scenario, *values, given, swarm);
}

absl::StatusOr<std::vector<Subject>> SubjectsOf(const std::vector<std::string>& names,
                                                const GivenArguments& given, bool swarm) {
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
  const auto values = ParseParameters(given);
  if (!values.ok()) return values.status();
  for (const auto& [parameter, value] : *values) {
    const auto has = [&parameter = parameter](const Scenario* scenario) {
      return HasParameter(*scenario, parameter);
    };
    if (std::none_of(scenarios.begin(), scenarios.end(), has)) {
      return absl::InvalidArgumentError("none of the scenarios to run has the parameter --" +
                                        parameter);
    }
  }
  std::vector<Subject> subjects;
  for (const Scenario* scenario : scenarios) {
    ParameterValues own = *values;
    std::erase_if(own,
                  [scenario](const auto& value) { return !HasParameter(*scenario, value.first); });
    auto subject = MakeSubject(*scenario, own, given, swarm);
    if (!subject.ok()) return subject.status();
    subjects.push_back(*std::move(subject));
  }
  return subjects;
}

absl::Status CheckGuard(const GivenArguments& given) {
  const std::string* store = given.Find("--store");
  if (!given.Has(kCheckDeterminism.name) || store == nullptr || *store == RunOptions().store) {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError("--check-determinism needs --store sim, not " +
                                    HidePassword(*store) + ": its two processes would share rows");
}

absl::Status CheckReplayDirectory(const std::string& directory) {
  const auto wrong = [&directory](const std::string& why) {
    return absl::InvalidArgumentError("replay files cannot be written to " + directory + ": " +
                                      why + "; choose another --replay-dir");
  };
  if (directory.empty()) return wrong("its name is empty");
  std::error_code error;
  std::filesystem::path nearest = std::filesystem::absolute(directory, error);
  while (!std::filesystem::exists(nearest, error) && nearest.has_relative_path()) {
    nearest = nearest.parent_path();
  }
  if (!std::filesystem::is_directory(nearest, error)) {
    return wrong(nearest.string() + " is not a directory");
  }
  // Trying is surer than asking for permissions, which the superuser always has.
  std::string attempt = (nearest / ".fencepost-XXXXXX").string();
  if (mkdtemp(attempt.data()) == nullptr) {
    return wrong(nearest.string() + ": " + std::strerror(errno));
  }
  rmdir(attempt.c_str());
  return absl::OkStatus();
}

}  // namespace fencepost::cli
