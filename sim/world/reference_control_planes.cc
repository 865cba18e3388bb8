// Control planes of the reference store: registration, heartbeats, expiry.

#include <algorithm>

#include "core/rules/control_planes.h"
#include "core/rules/store_arguments.h"
#include "sim/world/reference_store.h"

namespace fencepost::sim {
namespace {

bool IdBefore(const ControlPlaneRow& row, const CpId& cp) { return row.cp_id < cp; }

}  // namespace

ControlPlaneRow* ReferenceStore::FindControlPlane(const CpId& cp) {
  const auto found = std::lower_bound(control_planes_.begin(), control_planes_.end(), cp, IdBefore);
  return found != control_planes_.end() && found->cp_id == cp ? &*found : nullptr;
}

bool ReferenceStore::IsActive(const CpId& cp) {
  const ControlPlaneRow* row = FindControlPlane(cp);
  return row != nullptr && row->state == CpState::kActive;
}

absl::Status ReferenceStore::RegisterControlPlane(const CpId& cp, BootId boot) {
  if (absl::Status valid = CheckCp(cp); !valid.ok()) return valid;
  if (const ControlPlaneRow* known = FindControlPlane(cp)) return JudgeRegistration(*known, boot);
  const auto place = std::lower_bound(control_planes_.begin(), control_planes_.end(), cp, IdBefore);
  const auto row = control_planes_.insert(place, NewControlPlane(cp, boot, clock_()));
  events_.Changed(*row, std::nullopt);
  return absl::OkStatus();
}

absl::StatusOr<CpState> ReferenceStore::Heartbeat(const CpId& cp, absl::Duration orphan_grace) {
  if (absl::Status valid = CheckCp(cp); !valid.ok()) return valid;
  if (absl::Status valid = CheckNotNegative(orphan_grace, "the orphan grace"); !valid.ok()) {
    return valid;
  }
  ControlPlaneRow* const row = FindControlPlane(cp);
  if (row == nullptr) return NoSuchControlPlane(cp);
  const CpState before = row->state;
  ApplyHeartbeat(orphan_grace, clock_(), *row);
  if (row->state != before) events_.Changed(*row, before);
  return row->state;
}

absl::Status ReferenceStore::BeginDrain(const CpId& cp) {
  if (absl::Status valid = CheckCp(cp); !valid.ok()) return valid;
  ControlPlaneRow* const row = FindControlPlane(cp);
  if (row == nullptr) return NoSuchControlPlane(cp);
  const CpState before = row->state;
  if (absl::Status begun = ApplyBeginDrain(clock_(), *row); !begun.ok()) return begun;
  if (row->state != before) events_.Changed(*row, before);
  return absl::OkStatus();
}

absl::Status ReferenceStore::DeregisterControlPlane(const CpId& cp) {
  if (absl::Status valid = CheckCp(cp); !valid.ok()) return valid;
  ControlPlaneRow* const row = FindControlPlane(cp);
  if (row == nullptr) return NoSuchControlPlane(cp);
  const ControlPlaneRow before = *row;
  ApplyDeregistration(clock_(), *row);
  if (IsEventful(before, *row)) events_.Changed(*row, before.state);
  return absl::OkStatus();
}

template <class IsDue>
std::vector<CpId> ReferenceStore::Expire(ExpiryCause cause, IsDue is_due) {
  const absl::Time now = clock_();
  std::vector<CpId> expired;
  for (ControlPlaneRow& row : control_planes_) {
    if (!is_due(row, now)) continue;
    const CpState before = row.state;
    ApplyExpiry(cause, now, row);
    events_.Changed(row, before);
    expired.push_back(row.cp_id);
  }
  return expired;
}

absl::StatusOr<std::vector<CpId>> ReferenceStore::ExpireControlPlanes(absl::Duration expiry) {
  if (absl::Status valid = CheckNotNegative(expiry, "the expiry"); !valid.ok()) return valid;
  return Expire(ExpiryCause::kMissedHeartbeat, [&](const ControlPlaneRow& row, absl::Time now) {
    return HasMissedHeartbeats(row, expiry, now);
  });
}

absl::StatusOr<std::vector<CpId>> ReferenceStore::ExpireOverdueDrains(absl::Duration overdue) {
  if (absl::Status valid = CheckNotNegative(overdue, "the drain's limit"); !valid.ok()) {
    return valid;
  }
  return Expire(ExpiryCause::kOverdueDrain, [&](const ControlPlaneRow& row, absl::Time now) {
    return DrainIsOverdue(row, overdue, now);
  });
}

absl::StatusOr<std::vector<ControlPlaneRow>> ReferenceStore::ListControlPlanes() {
  return control_planes_;
}

absl::StatusOr<std::int64_t> ReferenceStore::ForgetControlPlanes(absl::Duration age) {
  if (absl::Status valid = CheckNotNegative(age, "the age"); !valid.ok()) return valid;
  const absl::Time now = clock_();
  const auto forgotten = std::erase_if(control_planes_, [&](const ControlPlaneRow& row) {
    return IsForgettable(row, age, now) && index_.OfOwner(row.cp_id).empty();
  });
  return static_cast<std::int64_t>(forgotten);
}

}  // namespace fencepost::sim
