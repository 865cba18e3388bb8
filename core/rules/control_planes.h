// How registration, heartbeats, draining and expiry change a control plane's row, as pure
// functions. A store that runs C++ inside its atomic step calls them; a store that speaks SQL must
// agree.
//
// An Apply function that has nothing to change leaves the row as it is.
#pragma once

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "core/rules/worker.h"

namespace fencepost {

ControlPlaneRow NewControlPlane(const CpId& cp, BootId boot, absl::Time store_now);
// OK when `known` is the same process, else AlreadyExists.
absl::Status JudgeRegistration(const ControlPlaneRow& known, BootId boot);
absl::Status NoSuchControlPlane(const CpId& cp);

// Revives, within the grace, an instance that has only missed its heartbeats, to draining if it was
// draining; any other expired instance stays as it is.
void ApplyHeartbeat(absl::Duration orphan_grace, absl::Time store_now, ControlPlaneRow& row);
// FailedPrecondition when expired.
absl::Status ApplyBeginDrain(absl::Time store_now, ControlPlaneRow& row);
void ApplyDeregistration(absl::Time store_now, ControlPlaneRow& row);

bool HasMissedHeartbeats(const ControlPlaneRow& row, absl::Duration expiry, absl::Time store_now);
bool DrainIsOverdue(const ControlPlaneRow& row, absl::Duration overdue, absl::Time store_now);
void ApplyExpiry(ExpiryCause cause, absl::Time store_now, ControlPlaneRow& row);
// True if it has been expired for `age`. The store itself checks that it owns no active worker.
bool IsForgettable(const ControlPlaneRow& row, absl::Duration age, absl::Time store_now);

// True if the change is sent as an event: the state or the cause of expiry has changed.
bool IsEventful(const ControlPlaneRow& before, const ControlPlaneRow& after);

}  // namespace fencepost
