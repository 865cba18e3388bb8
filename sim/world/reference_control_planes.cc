// Control planes of the reference store: registration, heartbeats, expiry.

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "sim/world/reference_store.h"

namespace fencepost::sim {
namespace {

absl::Status Unknown(const CpId& cp) {
  return absl::NotFoundError(absl::StrCat("there is no control plane ", cp.text()));
}

}  // namespace

void ReferenceStore::EmitControlPlane(const ControlPlaneRow& row, std::optional<CpState> before) {
  Emit(ControlPlaneChanged{row, before});
}

absl::Status ReferenceStore::RegisterControlPlane(const CpId& cp, BootId boot) {
  if (cp.empty()) return absl::InvalidArgumentError("a control plane needs a name");
  if (const ControlPlaneRow* known = FindControlPlane(cp)) {
    if (known->boot_id == boot) return absl::OkStatus();
    return absl::AlreadyExistsError(
        absl::StrCat("control plane ", cp.text(), " is registered by another process"));
  }
  ControlPlaneRow& row = control_planes_.emplace_back();
  row.cp_id = cp;
  row.boot_id = boot;
  row.heartbeat_at = clock_();
  EmitControlPlane(row, std::nullopt);
  return absl::OkStatus();
}

absl::StatusOr<CpState> ReferenceStore::Heartbeat(const CpId& cp, absl::Duration orphan_grace) {
  ControlPlaneRow* const row = FindControlPlane(cp);
  if (row == nullptr) return Unknown(cp);
  const absl::Time now = clock_();
  if (row->state == CpState::kExpired) {
    const bool revivable =
        row->expiry_cause == ExpiryCause::kMissedHeartbeat && now < row->expired_at + orphan_grace;
    if (!revivable) return CpState::kExpired;
    // It was draining before it expired: a revival does not undo that.
    const bool was_draining = row->draining_since != absl::InfiniteFuture();
    row->state = was_draining ? CpState::kDraining : CpState::kActive;
    row->expiry_cause = ExpiryCause::kNone;
    row->expired_at = absl::InfiniteFuture();
    row->heartbeat_at = now;
    EmitControlPlane(*row, CpState::kExpired);
    return row->state;
  }
  row->heartbeat_at = now;
  return row->state;
}

absl::Status ReferenceStore::BeginDrain(const CpId& cp) {
  ControlPlaneRow* const row = FindControlPlane(cp);
  if (row == nullptr) return Unknown(cp);
  if (row->state == CpState::kDraining) return absl::OkStatus();
  if (row->state == CpState::kExpired) {
    return absl::FailedPreconditionError(absl::StrCat("control plane ", cp.text(), " is expired"));
  }
  row->state = CpState::kDraining;
  row->draining_since = clock_();
  EmitControlPlane(*row, CpState::kActive);
  return absl::OkStatus();
}

void ReferenceStore::Expire(ControlPlaneRow& cp, ExpiryCause cause) {
  const CpState before = cp.state;
  cp.state = CpState::kExpired;
  cp.expiry_cause = cause;
  cp.expired_at = clock_();
  EmitControlPlane(cp, before);
}

absl::Status ReferenceStore::DeregisterControlPlane(const CpId& cp) {
  ControlPlaneRow* const row = FindControlPlane(cp);
  if (row == nullptr) return Unknown(cp);
  if (row->state != CpState::kExpired) {
    Expire(*row, ExpiryCause::kDeregistered);
  } else if (row->expiry_cause == ExpiryCause::kMissedHeartbeat) {
    row->expiry_cause = ExpiryCause::kDeregistered;  // nobody is left to revive it
    EmitControlPlane(*row, CpState::kExpired);
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<CpId>> ReferenceStore::ExpireControlPlanes(absl::Duration expiry) {
  if (expiry < absl::ZeroDuration()) {
    return absl::InvalidArgumentError("the expiry must not be negative");
  }
  std::vector<CpId> expired;
  for (ControlPlaneRow& row : control_planes_) {
    if (row.state == CpState::kExpired || row.heartbeat_at + expiry > clock_()) continue;
    Expire(row, ExpiryCause::kMissedHeartbeat);
    expired.push_back(row.cp_id);
  }
  return expired;
}

absl::StatusOr<std::vector<CpId>> ReferenceStore::ExpireOverdueDrains(absl::Duration overdue) {
  if (overdue < absl::ZeroDuration()) {
    return absl::InvalidArgumentError("the drain's limit must not be negative");
  }
  std::vector<CpId> expired;
  for (ControlPlaneRow& row : control_planes_) {
    if (row.state != CpState::kDraining || row.draining_since + overdue > clock_()) continue;
    Expire(row, ExpiryCause::kOverdueDrain);
    expired.push_back(row.cp_id);
  }
  return expired;
}

absl::StatusOr<std::vector<ControlPlaneRow>> ReferenceStore::ListControlPlanes() {
  std::vector<ControlPlaneRow> rows = control_planes_;
  std::sort(rows.begin(), rows.end(),
            [](const auto& a, const auto& b) { return a.cp_id < b.cp_id; });
  return rows;
}

absl::StatusOr<std::int64_t> ReferenceStore::ForgetControlPlanes(absl::Duration age) {
  if (age < absl::ZeroDuration()) {
    return absl::InvalidArgumentError("the age must not be negative");
  }
  const absl::Time now = clock_();
  return static_cast<std::int64_t>(std::erase_if(control_planes_, [&](const ControlPlaneRow& row) {
    if (row.state != CpState::kExpired || row.expired_at + age > now) return false;
    return std::none_of(workers_.begin(), workers_.end(), [&](const WorkerRow& worker) {
      return !IsTerminal(worker.state) && worker.owner_cp == row.cp_id;
    });
  }));
}

}  // namespace fencepost::sim
