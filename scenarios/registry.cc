#include "scenarios/registry.h"

#include "core/rules/check.h"

namespace fencepost {
namespace {

std::vector<Scenario> MakeAll() {
  std::vector<Scenario> all;
  for (const scenarios::ScenarioFunction make : scenarios::kScenarios) {
    all.push_back(make());
    const bool in_order = all.size() < 2 || all[all.size() - 2].name < all.back().name;
    Check(in_order, "the scenarios of scenarios/registry.h must be in the order of their names");
  }
  return all;
}

}  // namespace

const std::vector<Scenario>& AllScenarios() {
  static const std::vector<Scenario> all = MakeAll();
  return all;
}

}  // namespace fencepost
