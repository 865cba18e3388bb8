#include "campaign/shared/identity.h"

#include <fmt/format.h>

#include <algorithm>

#include "campaign/revision.h"

namespace fencepost::campaign {
namespace {

std::string TwoValues(std::string_view what, std::string_view theirs, std::string_view mine) {
  return fmt::format("its {} {}, not {}", what, theirs, mine);
}

const CampaignIdentity::OneScenario* Find(const CampaignIdentity& identity,
                                          const std::string& name) {
  const auto found = std::find_if(identity.scenarios.begin(), identity.scenarios.end(),
                                  [&name](const auto& scenario) { return scenario.name == name; });
  return found == identity.scenarios.end() ? nullptr : &*found;
}

std::string ScenarioDifference(const CampaignIdentity& theirs, const CampaignIdentity& mine) {
  for (const auto& scenario : mine.scenarios) {
    const auto* const same = Find(theirs, scenario.name);
    if (same == nullptr) return fmt::format("it does not run the scenario {}", scenario.name);
    if (same->parameters != scenario.parameters) {
      return TwoValues("parameters of scenario " + scenario.name + " are",
                       "\"" + same->parameters + "\"", "\"" + scenario.parameters + "\"");
    }
  }
  for (const auto& scenario : theirs.scenarios) {
    if (Find(mine, scenario.name) == nullptr) {
      return fmt::format("it also runs the scenario {}", scenario.name);
    }
  }
  return "";
}

std::string RangeText(const SeedRange& seeds) {
  return fmt::format("{}..{}", seeds.first, seeds.last);
}

}  // namespace

CampaignIdentity IdentityOf(const std::vector<Subject>& subjects, std::string_view strategy) {
  CampaignIdentity identity;
  for (const Subject& subject : subjects) {
    std::string parameters;
    for (const auto& [name, value] : subject.options.parameters) {
      parameters += fmt::format("{}{}={}", parameters.empty() ? "" : " ", name, value);
    }
    identity.scenarios.push_back({std::string(subject.scenario->name), std::move(parameters)});
  }
  identity.strategy = strategy;
  identity.conform = std::any_of(subjects.begin(), subjects.end(),
                                 [](const Subject& subject) { return subject.options.conform; });
  identity.revision = Revision();
  return identity;
}

std::string Difference(const CampaignIdentity& theirs, const CampaignIdentity& mine) {
  if (theirs.revision != mine.revision) {
    return TwoValues("revision is", theirs.revision, mine.revision);
  }
  if (std::string scenarios = ScenarioDifference(theirs, mine); !scenarios.empty()) {
    return scenarios;
  }
  if (theirs.strategy != mine.strategy) {
    return TwoValues("strategy is", theirs.strategy, mine.strategy);
  }
  if (theirs.conform != mine.conform) {
    return theirs.conform ? "it judges conformance, too: give --conform"
                          : "it does not judge conformance: leave out --conform";
  }
  const bool same_seeds = !mine.seeds || (mine.seeds->first == theirs.seeds->first &&
                                          mine.seeds->last == theirs.seeds->last);
  if (!same_seeds) return TwoValues("seeds are", RangeText(*theirs.seeds), RangeText(*mine.seeds));
  if (mine.range_seeds && *mine.range_seeds != *theirs.range_seeds) {
    return TwoValues("ranges have", fmt::format("{} seeds", *theirs.range_seeds),
                     fmt::format("{}", *mine.range_seeds));
  }
  return "";
}

}  // namespace fencepost::campaign
