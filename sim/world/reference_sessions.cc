// Sessions of the reference store.

#include <algorithm>

#include "core/rules/sessions.h"
#include "core/rules/store_arguments.h"
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

absl::Status CheckTokenAndTtl(const SessionToken& token, absl::Duration ttl) {
  if (absl::Status valid = CheckToken(token); !valid.ok()) return valid;
  return CheckTtl(ttl);
}

}  // namespace

void ReferenceStore::End(SessionRow& session, SessionState as) {
  const SessionState before = session.state;
  session.state = as;
  sessions_.Ended(session, FindWorker(session.worker_id)->owner_cp);
  events_.Changed(session, before);
}

void ReferenceStore::ExpireLapsed(WorkerId worker) {
  const absl::Time now = clock_();
  const SessionTable::Rows open =
      sessions_.OpenOfWorker(worker);  // a copy: ending a session removes it from the list
  for (SessionRow* const session : open) {
    if (IsOverdue(*session, now)) End(*session, SessionState::kExpired);
  }
}

absl::StatusOr<SessionReply> ReferenceStore::OpenSession(const SessionToken& token,
                                                         const WorkerLease& lease,
                                                         absl::Duration ttl) {
  if (absl::Status valid = CheckTokenAndTtl(token, ttl); !valid.ok()) return valid;
  const absl::Time now = clock_();
  const SessionRow* const known = sessions_.Find(token);
  const TransitionOutcome outcome =
      JudgeOpen(lease, FindWorker(lease.worker()), known, HasLiveSession(lease.worker()), now);
  if (outcome != kTransitioned) return Missed(outcome);
  if (known != nullptr) return Told(*known);
  ExpireLapsed(lease.worker());
  const SessionRow& session = sessions_.Insert(NewSession(token, lease, ttl, now), lease.owner());
  events_.Changed(session, std::nullopt);
  return Told(session);
}

absl::StatusOr<SessionReply> ReferenceStore::DisconnectSession(const SessionToken& token,
                                                               absl::Duration ttl) {
  if (absl::Status valid = CheckTokenAndTtl(token, ttl); !valid.ok()) return valid;
  const absl::Time now = clock_();
  SessionRow* const session = sessions_.Find(token);
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
  SessionRow* const session = sessions_.Find(token);
  const TransitionOutcome outcome = JudgeReclaim(lease, FindWorker(lease.worker()), session, now);
  if (outcome != kTransitioned) return Missed(outcome);
  const SessionState before = session->state;
  ApplyReclaim(lease, ttl, now, *session);
  events_.Changed(*session, before);
  return Told(*session);
}

absl::StatusOr<SessionReply> ReferenceStore::CloseSession(const SessionToken& token) {
  if (absl::Status valid = CheckToken(token); !valid.ok()) return valid;
  SessionRow* const session = sessions_.Find(token);
  if (session == nullptr) return Missed(kRowMissing);
  SessionRow closed = *session;
  ApplyClose(closed);
  if (closed.state != session->state) End(*session, closed.state);
  return Told(*session);
}

absl::StatusOr<std::int64_t> ReferenceStore::RenewSessions(const CpId& owner, absl::Duration ttl) {
  if (absl::Status valid = CheckCp(owner); !valid.ok()) return valid;
  if (absl::Status valid = CheckTtl(ttl); !valid.ok()) return valid;
  const absl::Time now = clock_();
  std::int64_t renewed = 0;
  for (SessionRow* const session : sessions_.OpenOfOwner(owner)) {
    if (!IsRenewable(*session, now)) continue;
    session->expires_at = StoredTime(now + ttl);
    ++renewed;
    events_.Changed(*session, session->state);
  }
  return renewed;
}

absl::StatusOr<std::vector<SessionRow>> ReferenceStore::ExpireSessions() {
  const absl::Time now = clock_();
  SessionTable::Rows overdue;
  for (const auto& [worker, open] : sessions_.open()) {
    for (SessionRow* const session : open) {
      if (IsOverdue(*session, now)) overdue.push_back(session);
    }
  }
  std::sort(overdue.begin(), overdue.end(),
            [](const SessionRow* a, const SessionRow* b) { return a->token < b->token; });
  std::vector<SessionRow> expired;
  for (SessionRow* const session : overdue) {
    End(*session, SessionState::kExpired);
    expired.push_back(*session);
  }
  return expired;
}

absl::StatusOr<std::optional<SessionRow>> ReferenceStore::FindSession(const SessionToken& token) {
  if (absl::Status valid = CheckToken(token); !valid.ok()) return valid;
  const SessionRow* const session = sessions_.Find(token);
  if (session == nullptr) return std::nullopt;
  return *session;
}

absl::StatusOr<std::vector<SessionRow>> ReferenceStore::ListSessions(WorkerId worker) {
  std::vector<SessionRow> found;
  for (const SessionRow* const session : sessions_.OfWorker(worker)) found.push_back(*session);
  return found;
}

}  // namespace fencepost::sim
