#include "properties/property_set.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "properties/at_most_once.h"
#include "properties/caps_held.h"
#include "properties/current_credentials.h"
#include "properties/epoch_monotonic.h"
#include "properties/expired_session_frees.h"
#include "properties/fenced_delete.h"
#include "properties/idle_ttl_held.h"
#include "properties/legal_transition.h"
#include "properties/newer_epoch_only.h"
#include "properties/nothing_stuck.h"
#include "properties/one_incarnation.h"
#include "properties/one_owner.h"
#include "properties/orphans_retired.h"
#include "properties/pods_reaped.h"
#include "properties/secrets_reaped.h"
#include "properties/session_spared.h"
#include "properties/shutdown_completes.h"
#include "properties/tenant_isolation.h"
#include "properties/terminal_absorbing.h"
#include "properties/truthful_outcome.h"
#include "properties/warm_target_met.h"

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
  all.push_back(std::make_unique<SessionSpared>());
  all.push_back(std::make_unique<TenantIsolation>());
  all.push_back(std::make_unique<CapsHeld>());
  all.push_back(std::make_unique<NewerEpochOnly>());
  all.push_back(std::make_unique<OneIncarnation>());
  all.push_back(std::make_unique<CurrentCredentials>());
  all.push_back(std::make_unique<OrphansRetired>());
  all.push_back(std::make_unique<PodsReaped>());
  all.push_back(std::make_unique<SecretsReaped>());
  all.push_back(std::make_unique<NothingStuck>());
  all.push_back(std::make_unique<ShutdownCompletes>());
  all.push_back(std::make_unique<WarmTargetMet>());
  all.push_back(std::make_unique<IdleTtlHeld>());
  all.push_back(std::make_unique<ExpiredSessionFrees>());
  return all;
}

PropertySet::PropertySet(std::vector<std::unique_ptr<Property>> all) : all_(std::move(all)) {
  for (const auto& property : all_) {
    if (dynamic_cast<const Convergence*>(property.get()) == nullptr) {
      listening_.push_back(property.get());
    }
  }
}

void PropertySet::Watch(const Config* config) {
  for (const auto& property : all_) property->Watch(config);
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
  for (Property* property : listening_) {
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

void PropertySet::Break(Violation violation) {
  if (violation_.has_value()) return;
  violation_ = std::move(violation);
  convergence_broken_ = false;
}

void PropertySet::BreakStory(std::string_view claim, std::string detail) {
  Break({"story", std::string(claim), std::move(detail)});
}

Findings PropertySet::Unsettled(const RestView& rest) {
  static const std::vector<std::unique_ptr<Property>> kAll = MakeAllProperties();
  Findings unsettled;
  Findings found;
  for (const auto& property : kAll) {
    const auto* const convergence = dynamic_cast<const Convergence*>(property.get());
    if (convergence == nullptr) continue;
    found.clear();
    convergence->Find(rest, found);
    for (const std::string& finding : found) {
      unsettled.push_back(absl::StrCat(std::string(property->name()), ": ", finding));
    }
  }
  return unsettled;
}

}  // namespace fencepost::properties
