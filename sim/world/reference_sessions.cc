// Sessions of the reference store.

#include <algorithm>

#include "sim/world/reference_store.h"

namespace fencepost::sim {
namespace {

using enum TransitionOutcome;

SessionReply Missed(TransitionOutcome outcome) {
  SessionReply reply;
  reply.outcome = outcome;
  return reply;
}

SessionReply Told(const SessionRow& session) {
  SessionReply reply;
  reply.outcome = kTransitioned;
  reply.session = session;
  return reply;
}

absl::Status CheckTtl(absl::Duration ttl) {
  if (ttl > absl::ZeroDuration()) return absl::OkStatus();
  return absl::InvalidArgumentError("a session's ttl must be above zero");
}

}  // namespace

void ReferenceStore::EmitSession(const SessionRow& row, std::optional<SessionState> before) {
  Emit(SessionChanged{row, before});
}

SessionRow* ReferenceStore::FindSessionRow(const SessionToken& token) {
  for (SessionRow& session : sessions_) {
    if (session.token == token) return &session;
  }
  return nullptr;
}

TransitionOutcome ReferenceStore::CheckHotLease(const WorkerLease& lease) {
  const WorkerRow* const row = FindWorker(lease.worker());
  if (row == nullptr) return kRowMissing;
  if (row->state != WorkerState::kHot) return kFenceMissState;
  if (row->owner_cp != lease.owner()) return kFenceMissOwner;
  if (row->owner_epoch != lease.epoch()) return kFenceMissEpoch;
  return kTransitioned;
}

absl::StatusOr<SessionReply> ReferenceStore::OpenSession(const SessionToken& token,
                                                         const WorkerLease& lease,
                                                         absl::Duration ttl) {
  if (absl::Status valid = CheckTtl(ttl); !valid.ok()) return valid;
  if (token.empty()) return absl::InvalidArgumentError("a session needs a token");
  const TransitionOutcome checked = CheckHotLease(lease);
  if (checked != kTransitioned) return Missed(checked);
  if (const SessionRow* known = FindSessionRow(token)) {
    const bool same = known->worker_id == lease.worker() && known->epoch == lease.epoch() &&
                      known->state == SessionState::kActive && IsLive(*known, clock_());
    return same ? Told(*known) : Missed(kFenceMissSession);
  }
  if (HasLiveSession(lease.worker())) return Missed(kFenceMissSession);
  SessionRow& session = sessions_.emplace_back();
  session.token = token;
  session.worker_id = lease.worker();
  session.epoch = lease.epoch();
  session.expires_at = clock_() + ttl;
  EmitSession(session, std::nullopt);
  return Told(session);
}

absl::StatusOr<SessionReply> ReferenceStore::DisconnectSession(const SessionToken& token,
                                                               absl::Duration ttl) {
  if (absl::Status valid = CheckTtl(ttl); !valid.ok()) return valid;
  SessionRow* const session = FindSessionRow(token);
  if (session == nullptr) return Missed(kRowMissing);
  if (session->state == SessionState::kReconnecting) return Told(*session);
  if (!IsLive(*session, clock_())) return Missed(kFenceMissSession);
  session->state = SessionState::kReconnecting;
  session->expires_at = clock_() + ttl;
  EmitSession(*session, SessionState::kActive);
  return Told(*session);
}

absl::StatusOr<SessionReply> ReferenceStore::ReclaimSession(const SessionToken& token,
                                                            const WorkerLease& lease,
                                                            absl::Duration ttl) {
  if (absl::Status valid = CheckTtl(ttl); !valid.ok()) return valid;
  SessionRow* const session = FindSessionRow(token);
  if (session == nullptr || session->worker_id != lease.worker()) return Missed(kRowMissing);
  const TransitionOutcome checked = CheckHotLease(lease);
  if (checked != kTransitioned) return Missed(checked);
  if (!IsLive(*session, clock_())) return Missed(kFenceMissSession);
  const SessionState before = session->state;
  session->state = SessionState::kActive;
  session->epoch = lease.epoch();
  session->expires_at = clock_() + ttl;
  EmitSession(*session, before);
  return Told(*session);
}

absl::StatusOr<SessionReply> ReferenceStore::CloseSession(const SessionToken& token) {
  SessionRow* const session = FindSessionRow(token);
  if (session == nullptr) return Missed(kRowMissing);
  const SessionState before = session->state;
  if (before == SessionState::kActive || before == SessionState::kReconnecting) {
    session->state = SessionState::kClosed;
    EmitSession(*session, before);
  }
  return Told(*session);
}

absl::StatusOr<std::int64_t> ReferenceStore::RenewSessions(const CpId& owner, absl::Duration ttl) {
  if (absl::Status valid = CheckTtl(ttl); !valid.ok()) return valid;
  std::int64_t renewed = 0;
  for (SessionRow& session : sessions_) {
    if (session.state != SessionState::kActive || !IsLive(session, clock_())) continue;
    const WorkerRow* const worker = FindWorker(session.worker_id);
    if (worker == nullptr || worker->owner_cp != owner) continue;
    session.expires_at = clock_() + ttl;
    ++renewed;
    EmitSession(session, session.state);
  }
  return renewed;
}

absl::StatusOr<std::vector<SessionRow>> ReferenceStore::ExpireSessions() {
  std::vector<SessionRow> expired;
  for (SessionRow& session : sessions_) {
    const SessionState before = session.state;
    if (before != SessionState::kActive && before != SessionState::kReconnecting) continue;
    if (IsLive(session, clock_())) continue;
    session.state = SessionState::kExpired;
    EmitSession(session, before);
    expired.push_back(session);
  }
  std::sort(expired.begin(), expired.end(),
            [](const auto& a, const auto& b) { return a.token < b.token; });
  return expired;
}

absl::StatusOr<std::optional<SessionRow>> ReferenceStore::FindSession(const SessionToken& token) {
  const SessionRow* const session = FindSessionRow(token);
  if (session == nullptr) return std::nullopt;
  return *session;
}

absl::StatusOr<std::vector<SessionRow>> ReferenceStore::ListSessions(WorkerId worker) {
  std::vector<SessionRow> found;
  for (const SessionRow& session : sessions_) {
    if (session.worker_id == worker) found.push_back(session);
  }
  std::sort(found.begin(), found.end(),
            [](const auto& a, const auto& b) { return a.token < b.token; });
  return found;
}

}  // namespace fencepost::sim
