#include "properties/ledger.h"

#include <algorithm>

namespace fencepost::properties {

void Ledger::Reset() {
  control_planes_.clear();
  sessions_.clear();
}

void Ledger::On(const Event& event) {
  if (const auto* session = std::get_if<SessionChanged>(&event.body)) {
    OnSession(session->session);
  } else if (const auto* changed = std::get_if<ControlPlaneChanged>(&event.body)) {
    control_planes_[changed->row.cp_id] = changed->row;
  } else if (const auto* removed = std::get_if<ControlPlaneRemoved>(&event.body)) {
    control_planes_.erase(removed->cp);
  }
}

// ---- Control planes ----------------------------------------------------------------------------

const ControlPlaneRow* Ledger::FindControlPlane(const CpId& cp) const {
  const auto found = control_planes_.find(cp);
  return found == control_planes_.end() ? nullptr : &found->second;
}

bool Ledger::OwnerIs(OwnerMustBe wanted, const CpId& owner,
                     std::optional<absl::Duration> orphan_grace, absl::Time store_now) const {
  if (!OwnerMayBe(wanted, owner)) return false;
  if (wanted != OwnerMustBe::kGoneForGood || !orphan_grace.has_value()) return true;
  const ControlPlaneRow* const row = FindControlPlane(owner);
  return row == nullptr || row->expired_at + *orphan_grace <= store_now;
}

bool Ledger::OwnerMayBe(OwnerMustBe wanted, const CpId& owner) const {
  if (wanted == OwnerMustBe::kAnything) return true;
  const ControlPlaneRow* const row = FindControlPlane(owner);
  return row == nullptr || row->state == CpState::kExpired;
}

bool Ledger::OwnerSurelyIs(OwnerMustBe wanted, const CpId& owner) const {
  if (wanted == OwnerMustBe::kAnything) return true;
  return FindControlPlane(owner) == nullptr;
}

// ---- Sessions ----------------------------------------------------------------------------------

void Ledger::OnSession(const SessionRow& session) {
  const bool open =
      session.state == SessionState::kActive || session.state == SessionState::kReconnecting;
  if (!open && !sessions_.contains(session.worker_id)) return;
  Sessions& of_worker = sessions_[session.worker_id];
  const auto known = std::find_if(of_worker.begin(), of_worker.end(),
                                  [&](const Session& other) { return other.id == session.id; });
  if (open && known == of_worker.end()) {
    of_worker.push_back({session.id, session.state, session.expires_at});
  } else if (open) {
    known->state = session.state;
    known->expires_at = session.expires_at;
  } else if (known != of_worker.end()) {
    of_worker.erase(known);
  }
  if (of_worker.empty()) sessions_.erase(session.worker_id);
}

const Ledger::Sessions& Ledger::OpenSessions(WorkerId worker) const {
  static const Sessions kNone;
  const auto found = sessions_.find(worker);
  return found == sessions_.end() ? kNone : found->second;
}

const Ledger::Session* Ledger::FindLiveSession(WorkerId worker, absl::Time store_now) const {
  for (const Session& session : OpenSessions(worker)) {
    if (store_now < session.expires_at) return &session;
  }
  return nullptr;
}

const Ledger::Session* Ledger::FindActiveSession(WorkerId worker, absl::Time store_now) const {
  for (const Session& session : OpenSessions(worker)) {
    if (session.state == SessionState::kActive && store_now < session.expires_at) return &session;
  }
  return nullptr;
}

}  // namespace fencepost::properties
