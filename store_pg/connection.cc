#include "store_pg/connection.h"

#include <poll.h>

#include <algorithm>
#include <pqxx/nontransaction>

#include "absl/strings/str_cat.h"
#include "core/rules/effect.h"
#include "store_pg/libpqxx.h"
#include "store_pg/values.h"

namespace fencepost::pg {
namespace {

// The plans do not depend on statistics: every statement finds its rows through an index, whether
// the tables are new or have a million rows.
std::string SetUp(const PgOptions& options) {
  return absl::StrCat(
      "SET search_path = pg_catalog;"
      "SET TimeZone = 'UTC';"
      "SET DateStyle = 'ISO, YMD';"
      "SET standard_conforming_strings = on;"
      "SET client_min_messages = warning;"
      "SET default_transaction_isolation = 'read committed';"
      "SET plan_cache_mode = force_generic_plan;"
      "SET jit = off;"
      "SET enable_seqscan = off;"
      "SET enable_bitmapscan = off;"
      "SET enable_hashjoin = off;"
      "SET enable_mergejoin = off;"
      "SET enable_material = off;"
      // Two indexes give the order of the ids: this cost favours the one that reads fewer rows.
      "SET cpu_tuple_cost = 100;"
      "SET statement_timeout = ",
      absl::ToInt64Milliseconds(options.statement_timeout),
      ";SET lock_timeout = ", absl::ToInt64Milliseconds(options.lock_timeout),
      ";SET idle_in_transaction_session_timeout = ",
      absl::ToInt64Milliseconds(options.statement_timeout), ";");
}

}  // namespace

absl::StatusOr<std::unique_ptr<Connection>> Connection::Open(const ConnectionString& where,
                                                             const PgOptions& options) {
  try {
    auto session = std::make_unique<pqxx::connection>(where.ForLibpq());
    ForbidReconnecting(*session);
    std::unique_ptr<Connection> connection(new Connection(where, std::move(session)));
    if (absl::Status set_up = connection->ExecuteScript(SetUp(options)); !set_up.ok()) {
      return NotApplied(std::string(set_up.message()));
    }
    return connection;
  } catch (const std::exception& thrown) {
    std::string why = thrown.what();
    std::replace(why.begin(), why.end(), '\n', ' ');
    return NotApplied(
        where.Scrub(absl::StrCat("cannot connect to PostgreSQL (", where.ForPeople(), "): ", why)));
  }
}

bool Connection::Usable() {
  if (broken_ || !session_->is_open()) return false;
  // Between statements the server sends nothing but the notice that it ends the session.
  pollfd socket{.fd = session_->sock(), .events = POLLIN, .revents = 0};
  return poll(&socket, 1, 0) == 0;
}

pqxx::result Connection::Execute(const Statement& statement,
                                 const std::vector<std::string>& parameters, Failure& failure) {
  try {
    const auto place = std::lower_bound(prepared_.begin(), prepared_.end(), statement.name);
    if (place == prepared_.end() || *place != statement.name) {
      session_->prepare(statement.name, statement.sql);
      prepared_.insert(place, statement.name);
    }
    pqxx::nontransaction work(*session_);
    return ExecutePrepared(work, statement.name, parameters);
  } catch (const std::exception& thrown) {
    failure = FailureOf(thrown, session_->is_open());
    broken_ = broken_ || failure.broken;
    failure.status =
        absl::Status(failure.status.code(), where_.Scrub(std::string(failure.status.message())));
    return {};
  }
}

absl::Status Connection::ExecuteScript(const std::string& sql) {
  try {
    pqxx::nontransaction work(*session_);
    work.exec(sql);
    return absl::OkStatus();
  } catch (const std::exception& thrown) {
    const Failure failure = FailureOf(thrown, session_->is_open());
    broken_ = broken_ || failure.broken;
    return absl::Status(failure.status.code(), where_.Scrub(std::string(failure.status.message())));
  }
}

absl::Status Connection::SetClock(absl::Time now) {
  if (now == clock_) return absl::OkStatus();
  static const Statement kSet{"set_clock",
                              "SELECT pg_catalog.set_config('fencepost.now', $1, false)"};
  Failure failure;
  Execute(kSet, {TimeText(now)}, failure);
  if (!failure.status.ok()) return NotApplied(std::string(failure.status.message()));
  clock_ = now;
  return absl::OkStatus();
}

}  // namespace fencepost::pg
