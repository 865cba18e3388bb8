// The credentials that a row records are the credentials that the worker has.
#pragma once

#include "core/events/worker_table.h"
#include "properties/property.h"

namespace fencepost::properties {

class CurrentCredentials : public Property {
 public:
  CurrentCredentials()
      : Property("current-credentials",
                 "Credentials are stamped only under the current lease, and only when the worker "
                 "has accepted some under it.") {}

  void Reset() override;
  void On(const Event& event) override;

 private:
  void OnCommit(const RowCommitted& commit);

  WorkerTable<Epoch> accepted_;  // the epoch under which the worker last accepted credentials
};

}  // namespace fencepost::properties
