// Once faults stop, every secret belongs to a living worker.
#pragma once

#include "properties/convergence.h"

namespace fencepost::properties {

class SecretsReaped : public Convergence {
 public:
  SecretsReaped()
      : Convergence("secrets-reaped",
                    "Once faults stop, no secret is left that no living worker stands behind.") {}

  void Find(const RestView& rest, Findings& findings) const override;
};

}  // namespace fencepost::properties
