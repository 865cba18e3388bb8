// One session with the server, set up the same way every time.
//
// A connection that broke stays broken: it never reconnects by itself, because the new session
// would lack the settings of the old one. Used by one thread at a time.
#pragma once

#include <memory>
#include <pqxx/connection>
#include <pqxx/result>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "store_pg/connection_string.h"
#include "store_pg/failure.h"
#include "store_pg/pg_options.h"

namespace fencepost::pg {

// A statement's text, prepared once in each session under its name.
struct Statement {
  std::string name;
  std::string sql;
};

class Connection {
 public:
  // NotApplied if the server cannot be reached or refuses.
  static absl::StatusOr<std::unique_ptr<Connection>> Open(const ConnectionString& where,
                                                          const PgOptions& options);

  // False if the session is over, or the server has ended it while it was idle. Asks the socket and
  // not the server, so it costs no round trip.
  bool Usable();
  bool broken() const { return broken_; }

  // One round trip (two for the first use of a statement in this session). All parameters are
  // text. On failure `failure` is set and the result is empty.
  pqxx::result Execute(const Statement& statement, const std::vector<std::string>& parameters,
                       Failure& failure);
  // Plain SQL without parameters, several statements at a time.
  absl::Status ExecuteScript(const std::string& sql);

  // Sets the session's clock to `now`, where it stays.
  absl::Status SetClock(absl::Time now);

  // The process id of the server's side.
  int backend_pid() const { return session_->backendpid(); }

 private:
  Connection(const ConnectionString& where, std::unique_ptr<pqxx::connection> session)
      : where_(where), session_(std::move(session)) {}

  const ConnectionString& where_;
  std::unique_ptr<pqxx::connection> session_;
  std::vector<std::string> prepared_;  // names, sorted
  bool broken_ = false;
  absl::Time clock_ = absl::InfinitePast();
};

}  // namespace fencepost::pg
