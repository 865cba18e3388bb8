#include "campaign/commands_to_repeat.h"

#include "campaign/seeded_strategy.h"
#include "cli/arguments.h"

namespace fencepost::cli {
namespace {

std::string RunWithoutSeed(const Scenario& scenario) {
  return "fencepost run " + std::string(scenario.name) + " --seed ";
}

}  // namespace

std::string OptionsText(const Scenario& scenario, const RunOptions& options) {
  std::string text;
  for (const ScenarioParameter& parameter : scenario.parameters) {
    const auto value = options.parameters.find(parameter.name);
    if (value == options.parameters.end() || value->second == parameter.standard) continue;
    text += " --" + std::string(parameter.name) + " " + std::to_string(value->second);
  }
  if (options.conform) text += " --conform";
  if (options.store != RunOptions().store) text += " --store " + ShellWord(options.store);
  return text;
}

std::string RunCommand(const Scenario& scenario, const RunOptions& options,
                       std::string_view strategy, std::uint64_t seed) {
  return RunWithoutSeed(scenario) + std::to_string(seed) + StrategyText(strategy) +
         OptionsText(scenario, options);
}

std::string CampaignCommand(const Scenario& scenario, const RunOptions& options,
                            std::string_view strategy, std::uint64_t first) {
  return "fencepost fuzz " + std::string(scenario.name) + StrategyText(strategy) + " --jobs 1" +
         OptionsText(scenario, options) + " --seeds " + std::to_string(first) + "..";
}

std::string ReplayCommand(std::string_view path) { return "fencepost replay " + ShellWord(path); }

CrashText CrashTextOf(const Scenario& scenario, const RunOptions& options,
                      std::string_view strategy, bool json) {
  CrashText text;
  text.scenario = scenario.name;
  text.before = RunWithoutSeed(scenario);
  text.after = StrategyText(strategy) + OptionsText(scenario, options);
  text.json = json;
  return text;
}

}  // namespace fencepost::cli
