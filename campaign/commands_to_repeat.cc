#include "campaign/commands_to_repeat.h"

#include "campaign/strategies.h"

namespace fencepost::campaign {
namespace {

std::string RunWithoutSeed(const Scenario& scenario) {
  return "fencepost run " + std::string(scenario.name) + " --seed ";
}

}  // namespace

std::string ShellWord(std::string_view text) {
  constexpr std::string_view kPlain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./:=,@%+";
  if (!text.empty() && text.find_first_not_of(kPlain) == std::string_view::npos) {
    return std::string(text);
  }
  std::string quoted = "'";
  for (const char c : text) {
    if (c == '\'') {
      quoted += "'\\''";
    } else {
      quoted += c;
    }
  }
  return quoted + "'";
}

std::string StrategyText(std::string_view name) {
  return name == Strategies().front().name ? "" : " --strategy " + std::string(name);
}

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

}  // namespace fencepost::campaign
