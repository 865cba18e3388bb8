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

absl::Status CheckTokenAndTtl(const SessionToken& token, absl::Duration ttl) {
  if (absl::Status valid = CheckToken(token); !valid.ok()) return valid;
  return CheckTtl(ttl);
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

absl::StatusOr<SessionReply> PgStore::OpenSession(const SessionToken& token,
                                                  const WorkerLease& lease, absl::Duration ttl) {
  if (absl::Status valid = CheckTokenAndTtl(token, ttl); !valid.ok()) return valid;
  static const pg::Statement kStatement = ChangeStatement("open_session", "($1, $2, $3, $4, $5)");
  pg::Parameters parameters;
  parameters.Add(token).Add(Number(lease.worker())).Add(lease.owner()).Add(Number(lease.epoch()));
  parameters.Add(ttl);
  return ChangeSession(kStatement, parameters);
}

absl::StatusOr<SessionReply> PgStore::DisconnectSession(const SessionToken& token,
                                                        absl::Duration ttl) {
  if (absl::Status valid = CheckTokenAndTtl(token, ttl); !valid.ok()) return valid;
  static const pg::Statement kStatement = ChangeStatement("disconnect_session", "($1, $2)");
  pg::Parameters parameters;
  parameters.Add(token).Add(ttl);
  return ChangeSession(kStatement, parameters);
}

absl::StatusOr<SessionReply> PgStore::ReclaimSession(const SessionToken& token,
                                                     const WorkerLease& lease, absl::Duration ttl) {
  if (absl::Status valid = CheckTokenAndTtl(token, ttl); !valid.ok()) return valid;
  static const pg::Statement kStatement =
      ChangeStatement("reclaim_session", "($1, $2, $3, $4, $5)");
  pg::Parameters parameters;
  parameters.Add(token).Add(Number(lease.worker())).Add(lease.owner()).Add(Number(lease.epoch()));
  parameters.Add(ttl);
  return ChangeSession(kStatement, parameters);
}

absl::StatusOr<SessionReply> PgStore::CloseSession(const SessionToken& token) {
  if (absl::Status valid = CheckToken(token); !valid.ok()) return valid;
  static const pg::Statement kStatement = ChangeStatement("close_session", "($1)");
  pg::Parameters parameters;
  parameters.Add(token);
  return ChangeSession(kStatement, parameters);
}

absl::StatusOr<std::int64_t> PgStore::RenewSessions(const CpId& owner, absl::Duration ttl) {
  if (absl::Status valid = CheckCp(owner); !valid.ok()) return valid;
  if (absl::Status valid = CheckTtl(ttl); !valid.ok()) return valid;
  static const pg::Statement kStatement = ChangeStatement("renew_sessions", "($1, $2)");
  pg::Parameters parameters;
  parameters.Add(owner).Add(ttl);
  const auto renewed = ChangeSessions(kStatement, parameters);
  if (!renewed.ok()) return renewed.status();
  return std::ssize(*renewed);
}

absl::StatusOr<std::vector<SessionRow>> PgStore::ExpireSessions() {
  static const pg::Statement kStatement = ChangeStatement("expire_sessions", "()");
  auto replies = ChangeSessions(kStatement, pg::Parameters());
  if (!replies.ok()) return replies.status();
  std::vector<SessionRow> expired;
  for (SessionReply& reply : *replies) expired.push_back(*std::move(reply.session));
  return expired;
}

absl::StatusOr<std::optional<SessionRow>> PgStore::FindSession(const SessionToken& token) {
  if (absl::Status valid = CheckToken(token); !valid.ok()) return valid;
  static const pg::Statement kStatement{
      "find_session", absl::StrCat("SELECT ", pg::SessionColumns("s."),
                                   " FROM fencepost.sessions s WHERE s.token = $1")};
  pg::Parameters parameters;
  parameters.Add(token);
  const absl::StatusOr<pqxx::result> result = runner_->Read(kStatement, parameters);
  if (!result.ok()) return result.status();
  if (result->empty()) return std::nullopt;
  return pg::ReadSession((*result)[0], 0);
}

absl::StatusOr<std::vector<SessionRow>> PgStore::ListSessions(WorkerId worker) {
  static const pg::Statement kStatement{
      "list_sessions",
      absl::StrCat("SELECT ", pg::SessionColumns("s."),
                   " FROM fencepost.sessions s WHERE s.worker_id = $1 ORDER BY s.token")};
  pg::Parameters parameters;
  parameters.Add(Number(worker));
  const absl::StatusOr<pqxx::result> result = runner_->Read(kStatement, parameters);
  if (!result.ok()) return result.status();
  std::vector<SessionRow> sessions;
  for (const pqxx::row& fields : *result) sessions.push_back(pg::ReadSession(fields, 0));
  return sessions;
}

}  // namespace fencepost
