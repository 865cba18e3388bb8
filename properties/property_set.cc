#include "properties/property_set.h"

#include "properties/at_most_once.h"
#include "properties/epoch_monotonic.h"
#include "properties/fenced_delete.h"
#include "properties/legal_transition.h"
#include "properties/one_owner.h"
#include "properties/shutdown_completes.h"
#include "properties/terminal_absorbing.h"
#include "properties/truthful_outcome.h"

namespace fencepost::properties {

std::vector<std::unique_ptr<Property>> MakeAllProperties() {
  std::vector<std::unique_ptr<Property>> all;
  all.push_back(std::make_unique<FencedDelete>());
  all.push_back(std::make_unique<LegalTransition>());
  all.push_back(std::make_unique<TerminalAbsorbing>());
  all.push_back(std::make_unique<EpochMonotonic>());
  all.push_back(std::make_unique<OneOwner>());
  all.push_back(std::make_unique<TruthfulOutcome>());
  all.push_back(std::make_unique<AtMostOnce>());
  all.push_back(std::make_unique<ShutdownCompletes>());
  return all;
}

void PropertySet::Reset() {
  violation_.reset();
  convergence_broken_ = false;
  for (const auto& property : all_) property->Reset();
}

void PropertySet::Look(const Property& property) {
  if (violation_.has_value() || !property.violation().has_value()) return;
  violation_ = property.violation();
  convergence_broken_ = property.convergence();
}

void PropertySet::On(const Event& event) {
  for (const auto& property : all_) {
    property->On(event);
    Look(*property);
  }
}

void PropertySet::AtRest(const RestView& rest) {
  for (const auto& property : all_) {
    property->AtRest(rest);
    Look(*property);
  }
}

}  // namespace fencepost::properties
