// No pod is deleted without a successful fence for that very pod.
//
// Judged by the worker's row, by the pod that truly died and by the uid that the deletion named,
// never by a fence that the core says it has minted.
#pragma once

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

 private:
  struct Known {
    WorkerState state = WorkerState::kSpawning;
    PodUid pod_uid;  // as published; empty before
    PodUid late;     // of a pod that was started although the worker had ended; empty: none
  };
  void OnCommit(const RowCommitted& commit);
  void OnDelete(const PodDeleted& deleted);

  WorkerTable<Known> workers_;
};

}  // namespace fencepost::properties
