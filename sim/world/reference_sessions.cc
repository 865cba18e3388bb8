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

}  // namespace

void ReferenceStore::End(SessionRow& session, SessionState as) {
  const SessionState before = session.state;
  session.state = as;
  sessions_.Ended(session);
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

absl::StatusOr<SessionReply> ReferenceStore::OpenSession(const SessionHandle& session,
                                                         const WorkerLease& lease,
                                                         absl::Duration ttl) {
  if (absl::Status valid = CheckSession(session, ttl); !valid.ok()) return valid;
  const absl::Time now = clock_();
  const SessionRow* const known = sessions_.Find(session.id);
  const TransitionOutcome outcome = JudgeOpen(session, lease, FindWorker(lease.worker()), known,
                                              HasLiveSession(lease.worker()), now);
  if (outcome != kTransitioned) return Missed(outcome);
  if (known != nullptr) return Told(*known);
  ExpireLapsed(lease.worker());
  const SessionRow& opened = sessions_.Insert(NewSession(session, lease, ttl, now));
  events_.Changed(opened, std::nullopt);
  return Told(opened);
}

absl::StatusOr<SessionReply> ReferenceStore::DisconnectSession(const SessionHandle& session,
                                                               absl::Duration ttl) {
  if (absl::Status valid = CheckSession(session, ttl); !valid.ok()) return valid;
  const absl::Time now = clock_();
  SessionRow* const row = sessions_.Find(session.id);
  const TransitionOutcome outcome = JudgeDisconnect(session, row, now);
  if (outcome != kTransitioned) return Missed(outcome);
  const SessionState before = row->state;
  ApplyDisconnect(ttl, now, *row);
  if (row->state != before) events_.Changed(*row, before);
  return Told(*row);
}

absl::StatusOr<SessionReply> ReferenceStore::ReclaimSession(const SessionHandle& session,
                                                            const WorkerLease& lease,
                                                            absl::Duration ttl) {
  if (absl::Status valid = CheckSession(session, ttl); !valid.ok()) return valid;
  const absl::Time now = clock_();
  SessionRow* const row = sessions_.Find(session.id);
  const TransitionOutcome outcome = JudgeReclaim(lease, FindWorker(lease.worker()), row, now);
  if (outcome != kTransitioned) return Missed(outcome);
  const SessionState before = row->state;
  ApplyReclaim(session, lease, ttl, now, *row);
  events_.Changed(*row, before);
  return Told(*row);
}

absl::StatusOr<SessionReply> ReferenceStore::CloseSession(const SessionHandle& session) {
  if (absl::Status valid = CheckSession(session); !valid.ok()) return valid;
  SessionRow* const row = sessions_.Find(session.id);
  const TransitionOutcome outcome = JudgeClose(session, row);
  if (outcome != kTransitioned) return Missed(outcome);
  SessionRow closed = *row;
  ApplyClose(closed);
  if (closed.state != row->state) End(*row, closed.state);
  return Told(*row);
}

absl::StatusOr<std::vector<SessionHandle>> ReferenceStore::RenewSessions(
    const CpId& owner, const std::vector<SessionHandle>& sessions, absl::Duration ttl) {
  if (absl::Status valid = CheckRenewal(owner, sessions, ttl); !valid.ok()) return valid;
  const absl::Time now = clock_();
  std::vector<SessionHandle> lost;
  for (const SessionHandle& session : sessions) {
    SessionRow* const row = sessions_.Find(session.id);
    const WorkerRow* const worker = row == nullptr ? nullptr : FindWorker(row->worker_id);
    if (!MayRenew(session, owner, row, worker, now)) {
      lost.push_back(session);
      continue;
    }
    row->expires_at = StoredTime(now + ttl);
    events_.Changed(*row, row->state);
  }
  return lost;
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
            [](const SessionRow* a, const SessionRow* b) { return a->id < b->id; });
  std::vector<SessionRow> expired;
  for (SessionRow* const session : overdue) {
    End(*session, SessionState::kExpired);
    expired.push_back(*session);
  }
  return expired;
}

absl::StatusOr<std::optional<SessionRow>> ReferenceStore::FindSession(const SessionId& session) {
  if (absl::Status valid = CheckSession(session); !valid.ok()) return valid;
  const SessionRow* const row = sessions_.Find(session);
  if (row == nullptr) return std::nullopt;
  return *row;
}

absl::StatusOr<std::vector<SessionRow>> ReferenceStore::ListSessions(WorkerId worker) {
  std::vector<SessionRow> found;
  for (const SessionRow* const session : sessions_.OfWorker(worker)) found.push_back(*session);
  return found;
}

}  // namespace fencepost::sim
