// No pod is deleted without a successful fence for that very pod.
#pragma once

#include "absl/container/btree_set.h"
#include "core/events/worker_table.h"
#include "properties/property.h"

namespace fencepost::properties {

class FencedDelete : public Property {
 public:
  FencedDelete()
      : Property("fenced-delete",
                 "No pod is deleted without a successful fence for that very pod.") {}

  void Reset() override;
  void On(const Event& event) override;
  // A fence was minted for this very pod. For logs, which cannot give back the fence.
  void FenceNames(const PodUid& uid) { named_.insert(uid); }

 private:
  struct Known {
    WorkerState state = WorkerState::kSpawning;
    PodUid pod_uid;  // as published; empty before: whatever pod is this worker's
  };
  void OnCommit(const RowCommitted& commit);
  void OnDelete(const PodDeleted& deleted);

  WorkerTable<Known> workers_;
  absl::btree_set<PodUid> named_;  // by a fence that was minted for them
};

}  // namespace fencepost::properties
