// A session that has ended frees its worker, whether or not its client released it.
#pragma once

#include "properties/convergence.h"

namespace fencepost::properties {

class ExpiredSessionFrees : public Convergence {
 public:
  ExpiredSessionFrees()
      : Convergence("expired-session-frees",
                    "Once its last session has ended or expired, a worker does not stay hot.") {}

  void Find(const RestView& rest, Findings& findings) const override;
};

}  // namespace fencepost::properties
