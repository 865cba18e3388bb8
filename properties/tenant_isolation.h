// Tenants never share a worker, not even one after the other.
#pragma once

#include "absl/container/btree_map.h"
#include "core/events/worker_table.h"
#include "properties/property.h"

namespace fencepost::properties {

class TenantIsolation : public Property {
 public:
  TenantIsolation()
      : Property("tenant-isolation", "A worker that has served one org serves no other.") {}

  void Reset() override;
  void On(const Event& event) override;

 private:
  void OnCommit(const RowCommitted& commit);
  void OnAccepted(const WorkerAccepted& accepted);

  WorkerTable<Org> bound_;                // the org in the worker's row
  WorkerTable<bool> activated_;           // the worker has accepted an activation
  absl::btree_map<PodUid, Org> serving_;  // the org for which the pod accepted an activation
};

}  // namespace fencepost::properties
