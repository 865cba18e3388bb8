#include "cli/report/list_report.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>

#include "campaign/strategies.h"
#include "cli/report/json.h"
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
  Json parameters = Json::Array();
  for (const ScenarioParameter& parameter : scenario.parameters) {
    parameters.push_back(Json::Object({{"name", parameter.name},
                                       {"default", parameter.standard},
                                       {"least", parameter.least},
                                       {"most", parameter.most},
                                       {"meaning", parameter.meaning}}));
  }
  return Json::Object({{"name", scenario.name},
                       {"claim", scenario.claim},
                       {"promise", scenario.promise},
                       {"parameters", parameters},
                       {"probes", ProbeNames(scenario)},
                       {"by_hand", scenario.drives_lifecycle_directly}});
}

std::string_view KindOf(const properties::Property& property) {
  return property.convergence() ? "convergence" : "safety";
}

Json ListJson() {
  Json json;
  json["scenarios"] = Json::Array();
  for (const Scenario& scenario : AllScenarios())
    json["scenarios"].push_back(ScenarioJson(scenario));
  json["properties"] = Json::Array();
  for (const auto& property : properties::MakeAllProperties()) {
    json["properties"].push_back(Json::Object({{"name", property->name()},
                                               {"kind", KindOf(*property)},
                                               {"sentence", property->sentence()}}));
  }
  json["strategies"] = Json::Array();
  for (const campaign::StrategyInfo& strategy : campaign::Strategies()) {
    json["strategies"].push_back(Json::Object({{"name", strategy.name},
                                               {"commands", strategy.commands},
                                               {"sentence", strategy.sentence}}));
  }
  return json;
}

std::string ListPage() {
  const std::size_t width = StyleFor(STDOUT_FILENO, false).width;
  std::string text = "scenarios\n";
  for (const Scenario& scenario : AllScenarios()) text += ScenarioText(scenario, width);
  text += "\nproperties\n";
  for (const auto& property : properties::MakeAllProperties()) {
    text += Described(fmt::format("{} ({})", property->name(), KindOf(*property)),
                      property->sentence(), width);
  }
  text += "\nstrategies\n";
  for (const campaign::StrategyInfo& strategy : campaign::Strategies()) {
    text += Described(fmt::format("{} ({})", strategy.name, strategy.commands), strategy.sentence,
                      width);
  }
  return text;
}

}  // namespace

void ShowList(const Output& output) {
  if (output.json) return PrintJson(ListJson());
  std::fputs(ListPage().c_str(), stdout);
}

}  // namespace fencepost::cli
