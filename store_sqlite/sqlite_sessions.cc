// SqliteStore: sessions.

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "core/rules/sessions.h"
#include "core/rules/store_arguments.h"
#include "store_sqlite/connection.h"
#include "store_sqlite/rows.h"
#include "store_sqlite/sqlite_store.h"

namespace fencepost {
namespace {

using enum TransitionOutcome;

std::string SelectSession(std::string_view rest) {
  return absl::StrCat(std::string(sqlite::kSelectSession), std::string(rest));
}

template <class Row>
const Row* PointerTo(const std::optional<Row>& row) {
  return row.has_value() ? &*row : nullptr;
}

}  // namespace

std::optional<SessionRow> SqliteStore::FindRow(const SessionId& session) {
  static const std::string kSql = SelectSession("WHERE org = ? AND token = ?");
  sqlite::Query query = Ask(kSql);
  query.Bind(session.org);
  query.Bind(session.token);
  if (!query.Step()) return std::nullopt;
  return sqlite::ReadSession(query);
}

bool SqliteStore::HasLiveSession(WorkerId worker, absl::Time now) {
  sqlite::Query query =
      Ask("SELECT 1 FROM session WHERE worker_id = ? AND state IN ('active', 'reconnecting') "
          "AND expires_at > ? LIMIT 1");
  query.Bind(worker);
  query.Bind(now);
  return query.Step();
}

void SqliteStore::Put(const SessionRow& row) {
  sqlite::Query query = Ask(sqlite::kPutSession);
  sqlite::BindPut(query, row);
  query.Step();
}

void SqliteStore::PutAndTell(const SessionRow& row, std::optional<SessionState> before) {
  Put(row);
  TellLater([this, row, before] { events_.Changed(row, before); });
}

void SqliteStore::ExpireLapsed(WorkerId worker, absl::Time now) {
  static const std::string kSql = SelectSession(
      "WHERE worker_id = ? AND state IN ('active', 'reconnecting') AND expires_at <= ? "
      "ORDER BY org, token");
  sqlite::Query query = Ask(kSql);
  query.Bind(worker);
  query.Bind(now);
  for (SessionRow& session : Sessions(query)) {
    const SessionState before = std::exchange(session.state, SessionState::kExpired);
    PutAndTell(session, before);
  }
}

absl::StatusOr<SessionReply> SqliteStore::OpenSession(const SessionHandle& session,
                                                      const WorkerLease& lease,
                                                      absl::Duration ttl) {
  if (absl::Status valid = CheckSession(session, ttl); !valid.ok()) return valid;
  SessionReply reply;
  const absl::Status changed = Change([&] {
    const absl::Time now = Now();
    const std::optional<WorkerRow> worker = FindWorker(lease.worker());
    const std::optional<SessionRow> known = FindRow(session.id);
    const bool live = HasLiveSession(lease.worker(), now);
    if (connection_->failed()) return;
    reply.outcome = JudgeOpen(session, lease, PointerTo(worker), PointerTo(known), live, now);
    if (reply.outcome != kTransitioned) return;
    reply.session = known;
    if (known.has_value()) return;
    ExpireLapsed(lease.worker(), now);
    reply.session = NewSession(session, lease, ttl, now);
    PutAndTell(*reply.session, std::nullopt);
  });
  if (!changed.ok()) return changed;
  return reply;
}

// `decide` gives the outcome, and changes the row if it took effect.
template <class Decide>
absl::StatusOr<SessionReply> SqliteStore::ChangeSession(const SessionId& session, Decide decide) {
  SessionReply reply;
  const absl::Status changed = Change([&] {
    std::optional<SessionRow> row = FindRow(session);
    const std::optional<SessionRow> before = row;
    reply.outcome = decide(row, Now());
    if (connection_->failed() || reply.outcome != kTransitioned) return;
    reply.session = row;
    if (*row != *before) PutAndTell(*row, before->state);
  });
  if (!changed.ok()) return changed;
  return reply;
}

absl::StatusOr<SessionReply> SqliteStore::DisconnectSession(const SessionHandle& session,
                                                            absl::Duration ttl) {
  if (absl::Status valid = CheckSession(session, ttl); !valid.ok()) return valid;
  return ChangeSession(session.id, [&](std::optional<SessionRow>& row, absl::Time now) {
    const TransitionOutcome outcome = JudgeDisconnect(session, PointerTo(row), now);
    if (outcome == kTransitioned) ApplyDisconnect(ttl, now, *row);
    return outcome;
  });
}

absl::StatusOr<SessionReply> SqliteStore::ReclaimSession(const SessionHandle& session,
                                                         const WorkerLease& lease,
                                                         absl::Duration ttl) {
  if (absl::Status valid = CheckSession(session, ttl); !valid.ok()) return valid;
  SessionReply reply;
  const absl::Status changed = Change([&] {
    const absl::Time now = Now();
    std::optional<SessionRow> row = FindRow(session.id);
    const std::optional<WorkerRow> worker = FindWorker(lease.worker());
    if (connection_->failed()) return;
    reply.outcome = JudgeReclaim(lease, PointerTo(worker), PointerTo(row), now);
    if (reply.outcome != kTransitioned) return;
    const SessionState before = row->state;
    ApplyReclaim(session, lease, ttl, now, *row);
    PutAndTell(*row, before);
    reply.session = row;
  });
  if (!changed.ok()) return changed;
  return reply;
}

absl::StatusOr<SessionReply> SqliteStore::CloseSession(const SessionHandle& session) {
  if (absl::Status valid = CheckSession(session); !valid.ok()) return valid;
  return ChangeSession(session.id, [&](std::optional<SessionRow>& row, absl::Time) {
    const TransitionOutcome outcome = JudgeClose(session, PointerTo(row));
    if (outcome == kTransitioned) ApplyClose(*row);
    return outcome;
  });
}

absl::StatusOr<std::vector<SessionHandle>> SqliteStore::RenewSessions(
    const CpId& owner, const std::vector<SessionHandle>& sessions, absl::Duration ttl) {
  if (absl::Status valid = CheckRenewal(owner, sessions, ttl); !valid.ok()) return valid;
  std::vector<SessionHandle> lost;
  if (sessions.empty()) return lost;
  const absl::Status changed = Change([&] {
    const absl::Time now = Now();
    for (const SessionHandle& session : sessions) {
      std::optional<SessionRow> row = FindRow(session.id);
      std::optional<WorkerRow> worker;
      if (row.has_value()) worker = FindWorker(row->worker_id);
      if (connection_->failed()) return;
      if (!MayRenew(session, owner, PointerTo(row), PointerTo(worker), now)) {
        lost.push_back(session);
        continue;
      }
      row->expires_at = StoredTime(now + ttl);
      PutAndTell(*row, row->state);
    }
  });
  if (!changed.ok()) return changed;
  return lost;
}

absl::StatusOr<std::vector<SessionRow>> SqliteStore::ExpireSessions() {
  static const std::string kSql = SelectSession(
      "WHERE state IN ('active', 'reconnecting') AND expires_at <= ? ORDER BY org, token");
  std::vector<SessionRow> expired;
  const absl::Status changed = Change([&] {
    sqlite::Query query = Ask(kSql);
    query.Bind(Now());
    expired = Sessions(query);
    for (SessionRow& session : expired) {
      const SessionState before = std::exchange(session.state, SessionState::kExpired);
      PutAndTell(session, before);
    }
  });
  if (!changed.ok()) return changed;
  return expired;
}

absl::StatusOr<std::optional<SessionRow>> SqliteStore::FindSession(const SessionId& session) {
  if (absl::Status valid = CheckSession(session); !valid.ok()) return valid;
  std::optional<SessionRow> row;
  if (absl::Status read = Read([&] { row = FindRow(session); }); !read.ok()) return read;
  return row;
}

absl::StatusOr<std::vector<SessionRow>> SqliteStore::ListSessions(WorkerId worker) {
  static const std::string kSql = SelectSession("WHERE worker_id = ? ORDER BY org, token");
  std::vector<SessionRow> rows;
  const absl::Status read = Read([&] {
    sqlite::Query query = Ask(kSql);
    query.Bind(worker);
    rows = Sessions(query);
  });
  if (!read.ok()) return read;
  return rows;
}

}  // namespace fencepost
