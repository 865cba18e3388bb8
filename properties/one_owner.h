// A stale belief changes nothing: a lease works only while it is the current lease, a snapshot only
// while the row is unchanged, and ownership moves only by a claim or from an owner that is gone. A
// draining or expired control plane is given no worker.
//
// What each operation has to compare is written by hand (properties/lifecycle_edges.h), and whether
// an owner is gone is known from the true events of control planes, not from what the store says.
#pragma once

#include "properties/ledger.h"
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

  Ledger ledger_;
};

}  // namespace fencepost::properties
