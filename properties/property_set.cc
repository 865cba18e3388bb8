#include "properties/property_set.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "properties/convergence.h"

namespace fencepost::properties {

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
  static const std::vector<const Convergence*> kConvergence = [] {
    std::vector<const Convergence*> found;
    for (const auto& property : kAll) {
      const auto* const convergence = dynamic_cast<const Convergence*>(property.get());
      if (convergence != nullptr) found.push_back(convergence);
    }
    return found;
  }();
  Findings unsettled;
  Findings found;
  for (const Convergence* const property : kConvergence) {
    found.clear();
    property->Find(rest, found);
    for (const std::string& finding : found) {
      unsettled.push_back(absl::StrCat(std::string(property->name()), ": ", finding));
    }
  }
  return unsettled;
}

}  // namespace fencepost::properties
