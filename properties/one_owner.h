// A stale belief changes nothing: a lease works only while it is the current lease, a snapshot only
// while the row is unchanged, and ownership moves only by a claim or from an owner that is gone. A
// draining or expired control plane is given no worker.
#pragma once

#include "absl/container/btree_map.h"
#include "properties/property.h"

namespace fencepost::properties {

class OneOwner : public Property {
 public:
  OneOwner()
      : Property("one-owner",
                 "A stale lease or snapshot changes nothing, and a worker changes hands only by a "
                 "claim or when its owner is gone.") {}

  void Reset() override;
  void On(const Event& event) override;

 private:
  void OnGranted(const RowCommitted& commit);
  void OnTransition(const RowCommitted& commit);

  absl::btree_map<CpId, CpState> control_planes_;
};

}  // namespace fencepost::properties
