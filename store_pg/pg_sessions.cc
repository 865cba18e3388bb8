// PgStore: sessions.

#include <string>

#include "absl/strings/str_cat.h"
#include "core/rules/check.h"
#include "core/rules/store_arguments.h"
#include "core/rules/transition.h"
#include "store_pg/pg_store.h"
#include "store_pg/rows.h"
#include "store_pg/runner.h"

namespace fencepost {
namespace {

// SELECT of a fencepost.session_change.
pg::Statement ChangeStatement(const char* function, const char* parameters) {
  return {function, absl::StrCat("SELECT ", pg::SessionChangeColumns("r."), " FROM fencepost.",
                                 function, parameters, " r")};
}

pg::Parameters HandleParameters(const SessionHandle& session) {
  pg::Parameters parameters;
  parameters.Add(session.id.org).Add(session.id.token).Add(session.holder);
  return parameters;
}

}  // namespace

absl::StatusOr<std::vector<SessionReply>> PgStore::ChangeSessions(
    const pg::Statement& statement, const pg::Parameters& parameters) {
  const auto turn = runner_->Turn();
  const absl::StatusOr<pqxx::result> result = runner_->Change(statement, parameters);
  if (!result.ok()) return result.status();
  std::vector<SessionReply> replies;
  for (const pqxx::row& fields : *result) {
    pg::SessionChange change = pg::ReadSessionChange(fields, 0);
    if (change.changed) runner_->events().Changed(*change.reply.session, change.before);
    replies.push_back(std::move(change.reply));
  }
  return replies;
}

absl::StatusOr<SessionReply> PgStore::ChangeSession(const pg::Statement& statement,
                                                    const pg::Parameters& parameters) {
  absl::StatusOr<std::vector<SessionReply>> replies = ChangeSessions(statement, parameters);
  if (!replies.ok()) return replies.status();
  return std::move(replies->back());
}

absl::StatusOr<SessionReply> PgStore::OpenSession(const SessionHandle& session,
                                                  const WorkerLease& lease, absl::Duration ttl) {
  if (absl::Status valid = CheckSession(session, ttl); !valid.ok()) return valid;
  static const pg::Statement kStatement =
      ChangeStatement("open_session", "($1, $2, $3, $4, $5, $6, $7, $8)");
  pg::Parameters parameters = HandleParameters(session);
  parameters.Add(Number(lease.worker())).Add(lease.owner()).Add(Number(lease.epoch())).Add(ttl);
  return ChangeSession(kStatement, parameters);
}

absl::StatusOr<SessionReply> PgStore::DisconnectSession(const SessionHandle& session,
                                                        absl::Duration ttl) {
  if (absl::Status valid = CheckSession(session, ttl); !valid.ok()) return valid;
  static const pg::Statement kStatement =
      ChangeStatement("disconnect_session", "($1, $2, $3, $4, $5)");
  pg::Parameters parameters = HandleParameters(session);
  parameters.Add(ttl);
  return ChangeSession(kStatement, parameters);
}

absl::StatusOr<SessionReply> PgStore::ReclaimSession(const SessionHandle& session,
                                                     const WorkerLease& lease, absl::Duration ttl) {
  if (absl::Status valid = CheckSession(session, ttl); !valid.ok()) return valid;
  static const pg::Statement kStatement =
      ChangeStatement("reclaim_session", "($1, $2, $3, $4, $5, $6, $7, $8)");
  pg::Parameters parameters = HandleParameters(session);
  parameters.Add(Number(lease.worker())).Add(lease.owner()).Add(Number(lease.epoch())).Add(ttl);
  return ChangeSession(kStatement, parameters);
}

absl::StatusOr<SessionReply> PgStore::CloseSession(const SessionHandle& session) {
  if (absl::Status valid = CheckSession(session); !valid.ok()) return valid;
  static const pg::Statement kStatement = ChangeStatement("close_session", "($1, $2, $3, $4)");
  return ChangeSession(kStatement, HandleParameters(session));
}

absl::StatusOr<std::vector<SessionHandle>> PgStore::RenewSessions(
    const CpId& owner, const std::vector<SessionHandle>& sessions, absl::Duration ttl) {
  if (absl::Status valid = CheckRenewal(owner, sessions, ttl); !valid.ok()) return valid;
  if (sessions.empty()) return std::vector<SessionHandle>();
  static const pg::Statement kStatement =
      ChangeStatement("renew_sessions", "($1, $2, $3, $4, $5, $6)");
  pg::Parameters parameters;
  parameters.Add(owner).Add(sessions).Add(ttl);
  const auto renewed = ChangeSessions(kStatement, parameters);
  if (!renewed.ok()) return renewed.status();
  Check(renewed->size() == sessions.size(), "each session has its own answer");
  std::vector<SessionHandle> lost;
  for (std::size_t i = 0; i < sessions.size(); ++i) {
    if ((*renewed)[i].outcome != TransitionOutcome::kTransitioned) lost.push_back(sessions[i]);
  }
  return lost;
}

absl::StatusOr<std::vector<SessionRow>> PgStore::ExpireSessions() {
  static const pg::Statement kStatement = ChangeStatement("expire_sessions", "()");
  auto replies = ChangeSessions(kStatement, pg::Parameters());
  if (!replies.ok()) return replies.status();
  std::vector<SessionRow> expired;
  for (SessionReply& reply : *replies) expired.push_back(*std::move(reply.session));
  return expired;
}

absl::StatusOr<std::optional<SessionRow>> PgStore::FindSession(const SessionId& session) {
  if (absl::Status valid = CheckSession(session); !valid.ok()) return valid;
  static const pg::Statement kStatement{
      "find_session", absl::StrCat("SELECT ", pg::SessionColumns("s."),
                                   " FROM fencepost.sessions s WHERE s.org = $1 AND s.token = $2")};
  pg::Parameters parameters;
  parameters.Add(session.org).Add(session.token);
  const absl::StatusOr<pqxx::result> result = runner_->Read(kStatement, parameters);
  if (!result.ok()) return result.status();
  if (result->empty()) return std::nullopt;
  return pg::ReadSession((*result)[0], 0);
}

absl::StatusOr<std::vector<SessionRow>> PgStore::ListSessions(WorkerId worker) {
  static const pg::Statement kStatement{
      "list_sessions",
      absl::StrCat("SELECT ", pg::SessionColumns("s."),
                   " FROM fencepost.sessions s WHERE s.worker_id = $1 ORDER BY s.org, s.token")};
  pg::Parameters parameters;
  parameters.Add(Number(worker));
  const absl::StatusOr<pqxx::result> result = runner_->Read(kStatement, parameters);
  if (!result.ok()) return result.status();
  std::vector<SessionRow> sessions;
  for (const pqxx::row& fields : *result) sessions.push_back(pg::ReadSession(fields, 0));
  return sessions;
}

}  // namespace fencepost
