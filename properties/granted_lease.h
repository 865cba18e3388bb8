// Who calls a worker holds a lease that the store has granted, and credentials come only while the
// row says that they are on their way.
//
// A call under an older lease than the row's is a late one, which the worker itself fences off by
// the epochs that it has seen (newer-epoch-only). A call under the row's own epoch is its owner's,
// who knows in which state the worker is. An activation may be repeated, and one of its calls may
// arrive late: under the epoch under which the row says that it has begun, it brings nothing new.
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
    bool activation_begun = false;  // under this epoch
  };
  void OnCommit(const WorkerRow& row);
  void OnAccepted(const WorkerAccepted& accepted);
  static bool MayBeCalled(std::string_view call, const Known& known);

  WorkerTable<Known> workers_;
};

}  // namespace fencepost::properties
