// A stale belief changes nothing: a lease works only while it is the current one, a snapshot only
// while the row is as it was seen, and ownership moves only by a claim or from an owner that is
// gone.
#pragma once

#include "properties/property.h"

namespace fencepost::properties {

class OneOwner : public Property {
 public:
  OneOwner()
      : Property("one-owner",
                 "A stale lease or snapshot changes nothing, and a worker changes hands only by a "
                 "claim or when its owner is gone.") {}

  void On(const Event& event) override;
};

}  // namespace fencepost::properties
