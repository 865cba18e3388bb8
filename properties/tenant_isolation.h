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

  WorkerTable<Org> bound_;                // by the rows
  absl::btree_map<PodUid, Org> serving_;  // by what the pods accepted
};

}  // namespace fencepost::properties
