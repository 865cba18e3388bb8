// A worker's epoch rises exactly with each new lease, and its revision by one with each change.
#pragma once

#include "core/events/worker_table.h"
#include "properties/property.h"

namespace fencepost::properties {

class EpochMonotonic : public Property {
 public:
  EpochMonotonic()
      : Property("epoch-monotonic",
                 "A worker's epoch rises by one with each new lease and never else, and its "
                 "revision by one with each change.") {}

  void Reset() override;
  void On(const Event& event) override;

 private:
  struct Last {
    Epoch epoch{};
    Revision revision{};
  };
  WorkerTable<Last> last_;
};

}  // namespace fencepost::properties
