// An operation id takes effect at most once, on whatever worker.
#pragma once

#include "properties/operation_table.h"
#include "properties/property.h"

namespace fencepost::properties {

class AtMostOnce : public Property {
 public:
  AtMostOnce() : Property("at-most-once", "An operation id takes effect at most once.") {}

  void Reset() override;
  void On(const Event& event) override;

 private:
  struct Nothing {};
  OperationTable<Nothing> landed_;
};

}  // namespace fencepost::properties
