// Who calls a worker holds a lease that the store has granted, and credentials come only while the
// row says that they are on their way.
//
// A call under an older lease than the row's is a late one, which the worker itself fences off by
// the epochs that it has seen (newer-epoch-only). A call under the row's own epoch is its owner's,
// who knows in which state the worker is.
#pragma once

#include "core/events/worker_table.h"
#include "properties/property.h"

namespace fencepost::properties {

class GrantedLease : public Property {
 public:
  GrantedLease()
      : Property(
            "granted-lease",
            "A worker accepts a call only under a lease that was granted, and its owner brings "
            "credentials only to a worker that is being activated or in service.") {}

  void Reset() override;
  void On(const Event& event) override;

 private:
  struct Known {
    Epoch epoch{};
    WorkerState state = WorkerState::kSpawning;
  };
  void OnAccepted(const WorkerAccepted& accepted);

  WorkerTable<Known> workers_;
};

}  // namespace fencepost::properties
