// A pod belongs to one worker only.
#pragma once

#include "absl/container/btree_map.h"
#include "properties/property.h"

namespace fencepost::properties {

class OneIncarnation : public Property {
 public:
  OneIncarnation()
      : Property("one-incarnation",
                 "No two live workers share a pod's name or uid, and a uid is never used again.") {}

  void Reset() override;
  void On(const Event& event) override;

 private:
  struct Pod {
    WorkerId worker{};
    PodName name;
  };
  void OnStarted(const PodStarted& started);
  void OnCommit(const RowCommitted& commit);

  absl::btree_map<PodUid, Pod> pods_;           // every pod that has started
  absl::btree_map<PodName, PodUid> existing_;   // by name
  absl::btree_map<PodUid, WorkerId> recorded_;  // in active rows
};

}  // namespace fencepost::properties
