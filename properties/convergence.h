// What the convergence properties share: each says what it finds unsettled in the world at rest,
// and is broken if that is anything.
#pragma once

#include "properties/property.h"

namespace fencepost::properties {

class Convergence : public Property {
 public:
  using Property::Property;

  // What has not settled yet. Whoever runs the system asks while it recovers, until there is
  // nothing or time is up.
  virtual void Find(const RestView& rest, Findings& findings) const = 0;

  void AtRest(const RestView& rest) override;
  bool convergence() const override { return true; }
};

}  // namespace fencepost::properties
