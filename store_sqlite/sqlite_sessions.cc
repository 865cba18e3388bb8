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

absl::Status CheckTokenAndTtl(const SessionToken& token, absl::Duration ttl) {
  if (absl::Status valid = CheckToken(token); !valid.ok()) return valid;
  return CheckTtl(ttl);
}

template <class Row>
const Row* PointerTo(const std::optional<Row>& row) {
  return row.has_value() ? &*row : nullptr;
}

}  // namespace

std::optional<SessionRow> SqliteStore::FindRow(const SessionToken& token) {
  static const std::string kSql = SelectSession("WHERE token = ?");
  sqlite::Query query = Ask(kSql);
  query.Bind(token);
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
      "ORDER BY token");
  sqlite::Query query = Ask(kSql);
  query.Bind(worker);
  query.Bind(now);
  for (SessionRow& session : Sessions(query)) {
    const SessionState before = std::exchange(session.state, SessionState::kExpired);
    PutAndTell(session, before);
  }
}

absl::StatusOr<SessionReply> SqliteStore::OpenSession(const SessionToken& token,
                                                      const WorkerLease& lease,
                                                      absl::Duration ttl) {
  if (absl::Status valid = CheckTokenAndTtl(token, ttl); !valid.ok()) return valid;
  SessionReply reply;
  const absl::Status changed = Change([&] {
    const absl::Time now = Now();
    const std::optional<WorkerRow> worker = FindWorker(lease.worker());
    const std::optional<SessionRow> known = FindRow(token);
    const bool live = HasLiveSession(lease.worker(), now);
    if (connection_->failed()) return;
    reply.outcome = JudgeOpen(lease, PointerTo(worker), PointerTo(known), live, now);
    if (reply.outcome != kTransitioned) return;
    reply.session = known;
    if (known.has_value()) return;
    ExpireLapsed(lease.worker(), now);
    reply.session = NewSession(token, lease, ttl, now);
    PutAndTell(*reply.session, std::nullopt);
  });
  if (!changed.ok()) return changed;
  return reply;
}

// `decide` gives the outcome, and changes the row if it took effect.
template <class Decide>
absl::StatusOr<SessionReply> SqliteStore::ChangeSession(const SessionToken& token, Decide decide) {
  SessionReply reply;
  const absl::Status changed = Change([&] {
    std::optional<SessionRow> row = FindRow(token);
    const std::optional<SessionRow> before = row;
    reply.outcome = decide(row, Now());
    if (connection_->failed() || reply.outcome != kTransitioned) return;
    reply.session = row;
    if (*row != *before) PutAndTell(*row, before->state);
  });
  if (!changed.ok()) return changed;
  return reply;
}

absl::StatusOr<SessionReply> SqliteStore::DisconnectSession(const SessionToken& token,
                                                            absl::Duration ttl) {
  if (absl::Status valid = CheckTokenAndTtl(token, ttl); !valid.ok()) return valid;
  return ChangeSession(token, [&](std::optional<SessionRow>& row, absl::Time now) {
    const TransitionOutcome outcome = JudgeDisconnect(PointerTo(row), now);
    if (outcome == kTransitioned) ApplyDisconnect(ttl, now, *row);
    return outcome;
  });
}

absl::StatusOr<SessionReply> SqliteStore::ReclaimSession(const SessionToken& token,
                                                         const WorkerLease& lease,
                                                         absl::Duration ttl) {
  if (absl::Status valid = CheckTokenAndTtl(token, ttl); !valid.ok()) return valid;
  SessionReply reply;
  const absl::Status changed = Change([&] {
    const absl::Time now = Now();
    std::optional<SessionRow> row = FindRow(token);
    const std::optional<WorkerRow> worker = FindWorker(lease.worker());
    if (connection_->failed()) return;
    reply.outcome = JudgeReclaim(lease, PointerTo(worker), PointerTo(row), now);
    if (reply.outcome != kTransitioned) return;
    const SessionState before = row->state;
    ApplyReclaim(lease, ttl, now, *row);
    PutAndTell(*row, before);
    reply.session = row;
  });
  if (!changed.ok()) return changed;
  return reply;
}

absl::StatusOr<SessionReply> SqliteStore::CloseSession(const SessionToken& token) {
  if (absl::Status valid = CheckToken(token); !valid.ok()) return valid;
  return ChangeSession(token, [&](std::optional<SessionRow>& row, absl::Time) {
    if (!row.has_value()) return kRowMissing;
    ApplyClose(*row);
    return kTransitioned;
  });
}

absl::StatusOr<std::int64_t> SqliteStore::RenewSessions(const CpId& owner, absl::Duration ttl) {
  if (absl::Status valid = CheckCp(owner); !valid.ok()) return valid;
  if (absl::Status valid = CheckTtl(ttl); !valid.ok()) return valid;
  static const std::string kSql =
      "SELECT s.token, s.worker_id, s.epoch, s.state, s.expires_at FROM session s "
      "CROSS JOIN worker w ON w.worker_id = s.worker_id "
      "WHERE s.state = 'active' AND s.expires_at > ? AND w.owner_cp = ? ORDER BY s.token";
  std::int64_t renewed = 0;
  const absl::Status changed = Change([&] {
    const absl::Time now = Now();
    sqlite::Query query = Ask(kSql);
    query.Bind(now);
    query.Bind(owner);
    for (SessionRow& session : Sessions(query)) {
      session.expires_at = StoredTime(now + ttl);
      PutAndTell(session, session.state);
      ++renewed;
    }
  });
  if (!changed.ok()) return changed;
  return renewed;
}

absl::StatusOr<std::vector<SessionRow>> SqliteStore::ExpireSessions() {
  static const std::string kSql =
      SelectSession("WHERE state IN ('active', 'reconnecting') AND expires_at <= ? ORDER BY token");
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

absl::StatusOr<std::optional<SessionRow>> SqliteStore::FindSession(const SessionToken& token) {
  if (absl::Status valid = CheckToken(token); !valid.ok()) return valid;
  std::optional<SessionRow> row;
  if (absl::Status read = Read([&] { row = FindRow(token); }); !read.ok()) return read;
  return row;
}

absl::StatusOr<std::vector<SessionRow>> SqliteStore::ListSessions(WorkerId worker) {
  static const std::string kSql = SelectSession("WHERE worker_id = ? ORDER BY token");
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
