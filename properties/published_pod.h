// A row leads to a pod that exists, or existed, and is its own.
#pragma once

#include "absl/container/btree_map.h"
#include "core/events/worker_table.h"
#include "properties/property.h"

namespace fencepost::properties {

class PublishedPod : public Property {
 public:
  PublishedPod()
      : Property("published-pod",
                 "The pod that a worker's row names is one that was truly started for it.") {}

  void Reset() override;
  void On(const Event& event) override;

 private:
  void OnCommit(const RowCommitted& commit);

  absl::btree_map<PodUid, WorkerId> started_;
  WorkerTable<PodUid> published_;
};

}  // namespace fencepost::properties
