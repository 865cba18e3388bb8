// Once faults stop, every worker of a living owner has come to a state in which it can stay.
#pragma once

#include "properties/convergence.h"

namespace fencepost::properties {

class NothingStuck : public Convergence {
 public:
  NothingStuck()
      : Convergence("nothing-stuck",
                    "Once faults stop, no worker is left half-way: spawning, reserved, activating "
                    "or draining.") {}

  void Find(const RestView& rest, Findings& findings) const override;
};

}  // namespace fencepost::properties
