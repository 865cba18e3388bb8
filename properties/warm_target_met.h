// Once faults stop, warm capacity is restored.
#pragma once

#include "properties/convergence.h"

namespace fencepost::properties {

class WarmTargetMet : public Convergence {
 public:
  WarmTargetMet()
      : Convergence("warm-target-met",
                    "Once faults stop, each image has its target of idle workers, as far as the "
                    "caps allow.") {}

  void Find(const RestView& rest, Findings& findings) const override;
};

}  // namespace fencepost::properties
