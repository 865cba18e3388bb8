// All properties together: dispatches each event to the properties that listen, and keeps the first
// violation.
#pragma once

#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "properties/property.h"

namespace fencepost::properties {

// One of each (properties/registry.cc), safety first, in the order in which users see them.
std::vector<std::unique_ptr<Property>> MakeAllProperties();

class PropertySet : public EventObserver {
 public:
  PropertySet() : PropertySet(MakeAllProperties()) {}
  explicit PropertySet(std::vector<std::unique_ptr<Property>> all);

  void Watch(const Config* config);

  void Reset();
  void On(const Event& event) override;
  void AtRest(const RestView& rest);
  // Records a violation that another judge has found. No effect if there is a violation already.
  void Break(Violation violation);
  // Records that a claim of the scenario itself was broken.
  void BreakStory(std::string_view claim, std::string detail);

  // The first of this execution.
  const std::optional<Violation>& violation() const { return violation_; }
  // Whether the broken property is one of convergence.
  bool convergence_broken() const { return convergence_broken_; }

  // What keeps the convergence properties from holding, each with the property's name; empty when
  // everything has settled.
  static Findings Unsettled(const RestView& rest);

  const std::vector<std::unique_ptr<Property>>& all() const { return all_; }

 private:
  void Look(const Property& property);

  std::vector<std::unique_ptr<Property>> all_;
  std::vector<Property*> listening_;  // to events; the others look at the system at rest only
  std::optional<Violation> violation_;
  bool convergence_broken_ = false;
};

}  // namespace fencepost::properties
