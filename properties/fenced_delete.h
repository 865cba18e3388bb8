// No pod is deleted without a successful fence for that very pod.
#pragma once

#include "properties/property.h"
#include "properties/worker_table.h"

namespace fencepost::properties {

class FencedDelete : public Property {
 public:
  FencedDelete()
      : Property("fenced-delete",
                 "No pod is deleted without a successful fence for that very pod.") {}

  void Reset() override;
  void On(const Event& event) override;

 private:
  struct Known {
    WorkerState state = WorkerState::kSpawning;
    PodUid pod_uid;  // as published; empty before
  };
  void OnCommit(const RowCommitted& commit);
  void OnDelete(const PodDeleted& deleted);

  WorkerTable<Known> workers_;
};

}  // namespace fencepost::properties
