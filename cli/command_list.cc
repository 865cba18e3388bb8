// fencepost list: what there is to run, to judge by and to search with.
#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <nlohmann/json.hpp>

#include "campaign/strategies.h"
#include "cli/commands.h"
#include "cli/report/json_report.h"
#include "cli/report/terminal.h"
#include "cli/report/text.h"
#include "properties/property_set.h"
#include "scenarios/scenario.h"

namespace fencepost::cli {
namespace {

std::string Described(std::string_view name, std::string_view text, std::size_t width) {
  std::string lines = fmt::format("  {}\n", name);
  for (const std::string& line : Wrapped(std::string(text), width - 6, 0)) {
    lines += "      " + line + "\n";
  }
  return lines;
}

std::string ScenarioText(const Scenario& scenario, std::size_t width) {
  std::string text = Described(scenario.name, scenario.claim, width);
  for (const ScenarioParameter& parameter : scenario.parameters) {
    text += fmt::format("      --{} {}  {} ({} to {})\n", parameter.name, parameter.standard,
                        parameter.meaning, parameter.least, parameter.most);
  }
  return text;
}

Json ScenarioJson(const Scenario& scenario) {
  Json parameters = Json::array();
  for (const ScenarioParameter& parameter : scenario.parameters) {
    parameters.push_back({{"name", parameter.name},
                          {"default", parameter.standard},
                          {"least", parameter.least},
                          {"most", parameter.most},
                          {"meaning", parameter.meaning}});
  }
  return {{"name", scenario.name},          {"claim", scenario.claim},
          {"promise", scenario.promise},    {"parameters", parameters},
          {"probes", ProbeNames(scenario)}, {"by_hand", scenario.drives_lifecycle_directly}};
}

std::string_view KindOf(const properties::Property& property) {
  return property.convergence() ? "convergence" : "safety";
}

void ListJson() {
  Json json;
  json["scenarios"] = Json::array();
  for (const Scenario& scenario : AllScenarios())
    json["scenarios"].push_back(ScenarioJson(scenario));
  json["properties"] = Json::array();
  for (const auto& property : properties::MakeAllProperties()) {
    json["properties"].push_back({{"name", property->name()},
                                  {"kind", KindOf(*property)},
                                  {"sentence", property->sentence()}});
  }
  json["strategies"] = Json::array();
  for (const StrategyInfo& strategy : kStrategies) {
    json["strategies"].push_back({{"name", strategy.name},
                                  {"commands", strategy.commands},
                                  {"sentence", strategy.sentence}});
  }
  PrintJson(json);
}

absl::StatusOr<ExitCode> List(const GivenArguments& given) {
  if (given.Has("--json")) {
    ListJson();
    return ExitCode::kClean;
  }
  const std::size_t width = StyleFor(STDOUT_FILENO, false).width;
  std::string text = "scenarios\n";
  for (const Scenario& scenario : AllScenarios()) text += ScenarioText(scenario, width);
  text += "\nproperties\n";
  for (const auto& property : properties::MakeAllProperties()) {
    text += Described(fmt::format("{} ({})", property->name(), KindOf(*property)),
                      property->sentence(), width);
  }
  text += "\nstrategies\n";
  for (const StrategyInfo& strategy : kStrategies) {
    text += Described(fmt::format("{} ({})", strategy.name, strategy.commands), strategy.sentence,
                      width);
  }
  std::fputs(text.c_str(), stdout);
  return ExitCode::kClean;
}

}  // namespace

CommandSpec ListCommand() {
  CommandSpec spec;
  spec.name = "list";
  spec.sentence = "Show the scenarios with their parameters, the properties and the strategies.";
  spec.options = {kJson};
  spec.execute = List;
  return spec;
}

}  // namespace fencepost::cli
