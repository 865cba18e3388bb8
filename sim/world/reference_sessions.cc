// Sessions of the reference store.

#include <algorithm>

#include "core/session_rules.h"
#include "core/store_arguments.h"
#include "sim/world/reference_store.h"

namespace fencepost::sim {
namespace {

using enum TransitionOutcome;

bool TokenBefore(const SessionRow& row, const SessionToken& token) { return row.token < token; }

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

absl::Status CheckTokenAndTtl(const SessionToken& token, absl::Duration ttl) {
  if (absl::Status valid = CheckToken(token); !valid.ok()) return valid;
  return CheckTtl(ttl);
}

}  // namespace

SessionRow* ReferenceStore::FindSessionRow(const SessionToken& token) {
  const auto found = std::lower_bound(sessions_.begin(), sessions_.end(), token, TokenBefore);
  return found != sessions_.end() && found->token == token ? &*found : nullptr;
}

void ReferenceStore::ExpireLapsed(WorkerId worker) {
  const absl::Time now = clock_();
  for (SessionRow& session : sessions_) {
    if (session.worker_id != worker || !IsOverdue(session, now)) continue;
    const SessionState before = session.state;
    session.state = SessionState::kExpired;
    events_.Changed(session, before);
  }
}

absl::StatusOr<SessionReply> ReferenceStore::OpenSession(const SessionToken& token,
                                                         const WorkerLease& lease,
                                                         absl::Duration ttl) {
  if (absl::Status valid = CheckTokenAndTtl(token, ttl); !valid.ok()) return valid;
  const absl::Time now = clock_();
  const SessionRow* const known = FindSessionRow(token);
  const TransitionOutcome outcome =
      JudgeOpen(lease, FindWorker(lease.worker()), known, HasLiveSession(lease.worker()), now);
  if (outcome != kTransitioned) return Missed(outcome);
  if (known != nullptr) return Told(*known);
  ExpireLapsed(lease.worker());
  const auto place = std::lower_bound(sessions_.begin(), sessions_.end(), token, TokenBefore);
  const auto session = sessions_.insert(place, NewSession(token, lease, ttl, now));
  events_.Changed(*session, std::nullopt);
  return Told(*session);
}

absl::StatusOr<SessionReply> ReferenceStore::DisconnectSession(const SessionToken& token,
                                                               absl::Duration ttl) {
  if (absl::Status valid = CheckTokenAndTtl(token, ttl); !valid.ok()) return valid;
  const absl::Time now = clock_();
  SessionRow* const session = FindSessionRow(token);
  const TransitionOutcome outcome = JudgeDisconnect(session, now);
  if (outcome != kTransitioned) return Missed(outcome);
  const SessionState before = session->state;
  ApplyDisconnect(ttl, now, *session);
  if (session->state != before) events_.Changed(*session, before);
  return Told(*session);
}

absl::StatusOr<SessionReply> ReferenceStore::ReclaimSession(const SessionToken& token,
                                                            const WorkerLease& lease,
                                                            absl::Duration ttl) {
  if (absl::Status valid = CheckTokenAndTtl(token, ttl); !valid.ok()) return valid;
  const absl::Time now = clock_();
  SessionRow* const session = FindSessionRow(token);
  const TransitionOutcome outcome = JudgeReclaim(lease, FindWorker(lease.worker()), session, now);
  if (outcome != kTransitioned) return Missed(outcome);
  const SessionState before = session->state;
  ApplyReclaim(lease, ttl, now, *session);
  events_.Changed(*session, before);
  return Told(*session);
}

absl::StatusOr<SessionReply> ReferenceStore::CloseSession(const SessionToken& token) {
  if (absl::Status valid = CheckToken(token); !valid.ok()) return valid;
  SessionRow* const session = FindSessionRow(token);
  if (session == nullptr) return Missed(kRowMissing);
  const SessionState before = session->state;
  ApplyClose(*session);
  if (session->state != before) events_.Changed(*session, before);
  return Told(*session);
}

absl::StatusOr<std::int64_t> ReferenceStore::RenewSessions(const CpId& owner, absl::Duration ttl) {
  if (absl::Status valid = CheckCp(owner); !valid.ok()) return valid;
  if (absl::Status valid = CheckTtl(ttl); !valid.ok()) return valid;
  const absl::Time now = clock_();
  std::int64_t renewed = 0;
  for (SessionRow& session : sessions_) {
    if (!IsRenewable(session, now)) continue;
    const WorkerRow* const worker = FindWorker(session.worker_id);
    if (worker == nullptr || worker->owner_cp != owner) continue;
    session.expires_at = now + ttl;
    ++renewed;
    events_.Changed(session, session.state);
  }
  return renewed;
}

absl::StatusOr<std::vector<SessionRow>> ReferenceStore::ExpireSessions() {
  const absl::Time now = clock_();
  std::vector<SessionRow> expired;
  for (SessionRow& session : sessions_) {
    if (!IsOverdue(session, now)) continue;
    const SessionState before = session.state;
    session.state = SessionState::kExpired;
    events_.Changed(session, before);
    expired.push_back(session);
  }
  return expired;
}

absl::StatusOr<std::optional<SessionRow>> ReferenceStore::FindSession(const SessionToken& token) {
  if (absl::Status valid = CheckToken(token); !valid.ok()) return valid;
  const SessionRow* const session = FindSessionRow(token);
  if (session == nullptr) return std::nullopt;
  return *session;
}

absl::StatusOr<std::vector<SessionRow>> ReferenceStore::ListSessions(WorkerId worker) {
  std::vector<SessionRow> found;
  for (const SessionRow& session : sessions_) {
    if (session.worker_id == worker) found.push_back(session);
  }
  return found;
}

}  // namespace fencepost::sim
