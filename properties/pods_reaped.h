// Once faults stop, every pod belongs to a living worker.
#pragma once

#include "properties/convergence.h"

namespace fencepost::properties {

class PodsReaped : public Convergence {
 public:
  PodsReaped()
      : Convergence("pods-reaped",
                    "Once faults stop, no pod is left that no living worker stands behind.") {}

  void Find(const RestView& rest, Findings& findings) const override;
};

}  // namespace fencepost::properties
