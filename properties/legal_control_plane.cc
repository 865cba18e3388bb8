#include "properties/legal_control_plane.h"

#include "absl/strings/str_cat.h"
#include "core/rules/config.h"

namespace fencepost::properties {
namespace {

std::string Name(CpState state) { return std::string(CpStateName(state)); }
std::string Name(ExpiryCause cause) { return std::string(ExpiryCauseName(cause)); }

}  // namespace

void LegalControlPlane::Reset() {
  Property::Reset();
  registrations_.clear();
}

void LegalControlPlane::On(const Event& event) {
  if (const auto* removed = std::get_if<ControlPlaneRemoved>(&event.body)) {
    registrations_.erase(removed->cp);
    return;
  }
  const auto* const changed = std::get_if<ControlPlaneChanged>(&event.body);
  if (changed == nullptr) return;
  const auto known = registrations_.find(changed->row.cp_id);
  if (!changed->before.has_value() || known == registrations_.end()) {
    if (!changed->before.has_value()) OnRegistered(changed->row);
    registrations_[changed->row.cp_id] = {changed->row, changed->row.state == CpState::kDraining};
    return;
  }
  OnChanged(known->second, changed->row);
  known->second.row = changed->row;
  if (changed->row.state == CpState::kDraining) known->second.has_drained = true;
}

// The store forgets an expired row without a word, so an expired instance may register anew.
void LegalControlPlane::OnRegistered(const ControlPlaneRow& row) {
  if (row.state != CpState::kActive) {
    Broken(absl::StrCat(row.cp_id.text(), " was registered as ", Name(row.state)));
  }
  const auto known = registrations_.find(row.cp_id);
  if (known == registrations_.end() || known->second.row.state == CpState::kExpired) return;
  Broken(absl::StrCat(row.cp_id.text(), " was registered again while it was ",
                      Name(known->second.row.state)));
}

void LegalControlPlane::OnChanged(Registration& known, const ControlPlaneRow& row) {
  if (row.boot_id != known.row.boot_id) {
    Broken(absl::StrCat(row.cp_id.text(), " was given to another process without a registration"));
  }
  if (row.state == CpState::kExpired) return JudgeExpiry(known, row);
  if (known.row.state == CpState::kExpired) JudgeRevival(known, row);
  if (known.has_drained && row.state == CpState::kActive) {
    Broken(absl::StrCat(row.cp_id.text(), " turned active again after it had begun to drain"));
  }
}

void LegalControlPlane::JudgeRevival(const Registration& known, const ControlPlaneRow& row) {
  if (known.row.expiry_cause != ExpiryCause::kMissedHeartbeat) {
    return Broken(absl::StrCat(row.cp_id.text(), " revived after it had expired by ",
                               Name(known.row.expiry_cause)));
  }
  if (config() == nullptr) return;
  const absl::Duration late = row.heartbeat_at - known.row.expired_at;
  if (late < config()->orphan_grace) return;
  Broken(absl::StrCat(row.cp_id.text(), " revived ", absl::FormatDuration(late),
                      " after it had expired"));
}

void LegalControlPlane::JudgeExpiry(const Registration& known, const ControlPlaneRow& row) {
  const ExpiryCause cause = row.expiry_cause;
  if (known.row.state == CpState::kExpired) {
    const bool deregistered = known.row.expiry_cause == ExpiryCause::kMissedHeartbeat &&
                              cause == ExpiryCause::kDeregistered;
    if (deregistered || cause == known.row.expiry_cause) return;
    return Broken(absl::StrCat(row.cp_id.text(), " had expired by ", Name(known.row.expiry_cause),
                               " and is now said to have by ", Name(cause)));
  }
  if (cause == ExpiryCause::kNone) {
    return Broken(absl::StrCat(row.cp_id.text(), " expired without a cause"));
  }
  if (cause == ExpiryCause::kOverdueDrain && !known.has_drained) {
    return Broken(absl::StrCat(row.cp_id.text(), " expired by an overdue drain and never drained"));
  }
  if (config() == nullptr) return;
  absl::Time due = absl::InfinitePast();
  if (cause == ExpiryCause::kMissedHeartbeat) due = row.heartbeat_at + config()->cp_expiry;
  if (cause == ExpiryCause::kOverdueDrain) due = row.draining_since + config()->overdue_drain;
  if (row.expired_at >= due) return;
  Broken(absl::StrCat(row.cp_id.text(), " expired by ", Name(cause), " ",
                      absl::FormatDuration(due - row.expired_at), " too early"));
}

}  // namespace fencepost::properties
