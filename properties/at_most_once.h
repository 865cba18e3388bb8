// An operation id takes effect at most once, on whatever worker.
#pragma once

#include <vector>

#include "properties/property.h"

namespace fencepost::properties {

class AtMostOnce : public Property {
 public:
  AtMostOnce() : Property("at-most-once", "An operation id takes effect at most once.") {}

  void Reset() override;
  void On(const Event& event) override;

 private:
  std::vector<OperationId> landed_;  // ascending
};

}  // namespace fencepost::properties
