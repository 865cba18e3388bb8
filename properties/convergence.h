// The base of the convergence properties: each lists what it finds unsettled in the system at rest,
// and is broken when the list is not empty.
#pragma once

#include "properties/property.h"

namespace fencepost::properties {

class Convergence : public Property {
 public:
  using Property::Property;

  // Adds what has not settled yet. Also called while the system recovers, to see whether it has.
  virtual void Find(const RestView& rest, Findings& findings) const = 0;

  void AtRest(const RestView& rest) override;
  bool convergence() const override { return true; }
};

}  // namespace fencepost::properties
