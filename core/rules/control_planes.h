// A control plane's row as pure functions: what registration, heartbeats, draining and expiry make
// of it. The stores that run C++ inside their atomic step call them; the others must agree.
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
// Long enough expired; that it owns no active worker is for the store to see.
bool IsForgettable(const ControlPlaneRow& row, absl::Duration age, absl::Time store_now);

// A change that is put on the event stream: of state or of the cause of expiry.
bool IsEventful(const ControlPlaneRow& before, const ControlPlaneRow& after);

}  // namespace fencepost
