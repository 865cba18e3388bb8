// The worker's own fence: epochs only rise.
#pragma once

#include "absl/container/btree_map.h"
#include "properties/property.h"

namespace fencepost::properties {

class NewerEpochOnly : public Property {
 public:
  NewerEpochOnly()
      : Property("newer-epoch-only",
                 "A worker accepts no call of an epoch below one that it has seen.") {}

  void Reset() override;
  void On(const Event& event) override;

 private:
  absl::btree_map<PodUid, Epoch> seen_;
};

}  // namespace fencepost::properties
