#include "core/rules/control_planes.h"

#include "absl/strings/str_cat.h"

namespace fencepost {

ControlPlaneRow NewControlPlane(const CpId& cp, BootId boot, absl::Time store_now) {
  ControlPlaneRow row;
  row.cp_id = cp;
  row.boot_id = boot;
  row.heartbeat_at = store_now;
  return row;
}

absl::Status JudgeRegistration(const ControlPlaneRow& known, BootId boot) {
  if (known.boot_id == boot) return absl::OkStatus();
  return absl::AlreadyExistsError(
      absl::StrCat("control plane ", known.cp_id.text(), " is registered by another process"));
}

absl::Status NoSuchControlPlane(const CpId& cp) {
  return absl::NotFoundError(absl::StrCat("there is no control plane ", cp.text()));
}

void ApplyHeartbeat(absl::Duration orphan_grace, absl::Time store_now, ControlPlaneRow& row) {
  if (row.state == CpState::kExpired) {
    const bool revivable = row.expiry_cause == ExpiryCause::kMissedHeartbeat &&
                           store_now < row.expired_at + orphan_grace;
    if (!revivable) return;
    const bool was_draining = row.draining_since != absl::InfiniteFuture();
    row.state = was_draining ? CpState::kDraining : CpState::kActive;
    row.expiry_cause = ExpiryCause::kNone;
    row.expired_at = absl::InfiniteFuture();
  }
  row.heartbeat_at = store_now;
}

absl::Status ApplyBeginDrain(absl::Time store_now, ControlPlaneRow& row) {
  if (row.state == CpState::kExpired) {
    return absl::FailedPreconditionError(
        absl::StrCat("control plane ", row.cp_id.text(), " is expired"));
  }
  if (row.state == CpState::kActive) {
    row.state = CpState::kDraining;
    row.draining_since = store_now;
  }
  return absl::OkStatus();
}

void ApplyDeregistration(absl::Time store_now, ControlPlaneRow& row) {
  if (row.state != CpState::kExpired) {
    ApplyExpiry(ExpiryCause::kDeregistered, store_now, row);
  } else if (row.expiry_cause == ExpiryCause::kMissedHeartbeat) {
    row.expiry_cause = ExpiryCause::kDeregistered;  // it does not revive itself any more
  }
}

bool HasMissedHeartbeats(const ControlPlaneRow& row, absl::Duration expiry, absl::Time store_now) {
  return row.state != CpState::kExpired && row.heartbeat_at + expiry <= store_now;
}

bool DrainIsOverdue(const ControlPlaneRow& row, absl::Duration overdue, absl::Time store_now) {
  return row.state == CpState::kDraining && row.draining_since + overdue <= store_now;
}

void ApplyExpiry(ExpiryCause cause, absl::Time store_now, ControlPlaneRow& row) {
  row.state = CpState::kExpired;
  row.expiry_cause = cause;
  row.expired_at = store_now;
}

bool IsForgettable(const ControlPlaneRow& row, absl::Duration age, absl::Time store_now) {
  return row.state == CpState::kExpired && row.expired_at + age <= store_now;
}

bool IsEventful(const ControlPlaneRow& before, const ControlPlaneRow& after) {
  return before.state != after.state || before.expiry_cause != after.expiry_cause;
}

}  // namespace fencepost
