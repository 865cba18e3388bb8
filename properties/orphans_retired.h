// Once faults stop, every worker whose owner is gone is retired.
#pragma once

#include "properties/convergence.h"

namespace fencepost::properties {

class OrphansRetired : public Convergence {
 public:
  OrphansRetired()
      : Convergence("orphans-retired",
                    "Once faults stop, no active worker is left whose owner is gone.") {}

  void Find(const RestView& rest, Findings& findings) const override;
};

}  // namespace fencepost::properties
