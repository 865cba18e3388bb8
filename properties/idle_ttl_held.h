// A parked worker is retired when its time is over.
#pragma once

#include "properties/convergence.h"

namespace fencepost::properties {

class IdleTtlHeld : public Convergence {
 public:
  IdleTtlHeld() : Convergence("idle-ttl-held", "No parked worker outlives its time.") {}

  void Find(const RestView& rest, Findings& findings) const override;
};

}  // namespace fencepost::properties
