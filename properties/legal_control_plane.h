// The row of a control plane moves one way: active, draining, expired. Only an instance that has
// missed its heartbeats comes back, to the state that it had, and within the orphan grace. Anything
// else needs a new registration.
//
// The property keeps its own account of each registration. It compares times only if it knows the
// settings, all of them by the store's clock.
#pragma once

#include "absl/container/btree_map.h"
#include "properties/property.h"

namespace fencepost::properties {

class LegalControlPlane : public Property {
 public:
  LegalControlPlane()
      : Property("legal-control-plane",
                 "A control plane that drains never turns active again, one that was deregistered "
                 "or overdue never revives, and none is expired before its time.") {}

  void Reset() override;
  void On(const Event& event) override;

 private:
  struct Registration {
    ControlPlaneRow row;
    bool has_drained = false;
  };

  void OnRegistered(const ControlPlaneRow& row);
  void OnChanged(Registration& known, const ControlPlaneRow& row);
  void JudgeRevival(const Registration& known, const ControlPlaneRow& row);
  void JudgeExpiry(const Registration& known, const ControlPlaneRow& row);

  absl::btree_map<CpId, Registration> registrations_;
};

}  // namespace fencepost::properties
