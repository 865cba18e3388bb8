#include "store_pg/schema.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "core/rules/effect.h"
#include "store_pg/connection.h"
#include "store_pg/rows.h"
#include "store_pg/schema_text.h"

namespace fencepost {
namespace pg {
namespace {

constexpr const char* kProduct = "fencepost worker store";
constexpr const char* kCommand = "`fencepost store migrate`";
// Of pg_advisory_xact_lock: "fencpost" in ASCII.
constexpr const char* kMigrationLock = "7378641078386881396";

enum class Present { kNothing, kForeign, kOurs };
struct SchemaState {
  Present present = Present::kNothing;
  int version = 0;
};

absl::StatusOr<pqxx::result> Ask(Connection& connection, const char* name, std::string sql) {
  Failure failure;
  pqxx::result result = connection.Execute(Statement{name, std::move(sql)}, {}, failure);
  if (failure.status.ok()) return result;
  if (failure.broken) return NotApplied(std::string(failure.status.message()));  // only a read
  return failure.status;
}

// The version table is read only if it exists and has the columns of fencepost's: reading a missing
// table would be an error, which ends a migration's transaction.
absl::StatusOr<SchemaState> ReadState(Connection& connection) {
  absl::StatusOr<pqxx::result> found =
      Ask(connection, "schema_present",
          "SELECT (SELECT count(*) FROM pg_namespace WHERE nspname = 'fencepost'),"
          " (SELECT count(*) FROM pg_attribute a"
          "  WHERE a.attrelid = to_regclass('fencepost.schema_version')"
          "    AND a.attname IN ('product', 'version') AND NOT a.attisdropped)");
  if (!found.ok()) return found.status();
  SchemaState state;
  if (ReadNumber((*found)[0][0]) == 0) return state;
  state.present = Present::kForeign;
  if (ReadNumber((*found)[0][1]) != 2) return state;
  absl::StatusOr<pqxx::result> version =
      Ask(connection, "schema_version",
          "SELECT product::text, version::text FROM fencepost.schema_version");
  if (!version.ok()) return version.status();
  if (version->size() != 1 || ReadText((*version)[0][0]) != kProduct) return state;
  state.present = Present::kOurs;
  state.version = static_cast<int>(ReadNumber((*version)[0][1]));
  return state;
}

absl::Status Foreign() {
  return absl::FailedPreconditionError(
      "the database has a schema `fencepost` that is not this program's; it is left alone: use "
      "another database, or rename that schema");
}

absl::Status Newer(int version) {
  return absl::FailedPreconditionError(absl::StrCat("the schema `fencepost` has version ", version,
                                                    ", and this program knows versions up to ",
                                                    LatestVersion(), ": use a newer program"));
}

absl::Status MigrateInTransaction(Connection& connection, MigrationReport& report) {
  absl::StatusOr<SchemaState> state = ReadState(connection);
  if (!state.ok()) return state.status();
  if (state->present == Present::kForeign) return Foreign();
  if (state->version > LatestVersion()) return Newer(state->version);
  report.from = state->version;
  report.to = LatestVersion();
  std::string script;
  if (state->present == Present::kNothing) {
    script = absl::StrCat(
        "CREATE SCHEMA fencepost;"
        "CREATE TABLE fencepost.schema_version ("
        "  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),"
        "  product text NOT NULL, version integer NOT NULL);"
        "INSERT INTO fencepost.schema_version (product, version) VALUES ('",
        kProduct, "', 0);");
  }
  for (const Migration& migration : Migrations()) {
    if (migration.version > state->version) absl::StrAppend(&script, migration.sql);
  }
  absl::StrAppend(&script, FunctionsSql(),
                  "UPDATE fencepost.schema_version SET version = ", LatestVersion(), ";");
  return connection.ExecuteScript(script);
}

absl::StatusOr<std::unique_ptr<Connection>> OpenFor(const ConnectionString& where,
                                                    PgOptions options) {
  // There is no bound on how long it takes to build an index.
  options.statement_timeout = absl::ZeroDuration();
  options.lock_timeout = absl::ZeroDuration();
  return Connection::Open(where, options);
}

}  // namespace

absl::Status CheckSchema(Connection& connection) {
  absl::StatusOr<SchemaState> state = ReadState(connection);
  if (!state.ok()) return state.status();
  switch (state->present) {
    case Present::kNothing:
      return absl::FailedPreconditionError(
          absl::StrCat("the database has no schema `fencepost` yet: run ", kCommand));
    case Present::kForeign:
      return Foreign();
    case Present::kOurs:
      break;
  }
  if (state->version > LatestVersion()) return Newer(state->version);
  if (state->version < LatestVersion()) {
    return absl::FailedPreconditionError(
        absl::StrCat("the schema `fencepost` has version ", state->version,
                     ", and this program needs version ", LatestVersion(), ": run ", kCommand));
  }
  return absl::OkStatus();
}

absl::Status Erase(Connection& connection) {
  return connection.ExecuteScript(
      "BEGIN;"
      "TRUNCATE fencepost.workers, fencepost.control_planes, fencepost.sessions;"
      "ALTER SEQUENCE fencepost.worker_ids RESTART;"
      "UPDATE fencepost.leadership SET term = 0, leader = '', until = '-infinity';"
      "COMMIT;");
}

}  // namespace pg

absl::StatusOr<MigrationReport> Migrate(const PgOptions& options) {
  absl::StatusOr<pg::ConnectionString> where = pg::ConnectionString::Parse(options.connection);
  if (!where.ok()) return where.status();
  absl::StatusOr<std::unique_ptr<pg::Connection>> connection = pg::OpenFor(*where, options);
  if (!connection.ok()) return connection.status();
  absl::Status begun =
      (*connection)
          ->ExecuteScript(absl::StrCat("BEGIN; SELECT pg_catalog.pg_advisory_xact_lock(",
                                       pg::kMigrationLock, ");"));
  if (!begun.ok()) return begun;
  MigrationReport report;
  if (absl::Status done = pg::MigrateInTransaction(**connection, report); !done.ok()) return done;
  if (absl::Status done = (*connection)->ExecuteScript("COMMIT"); !done.ok()) return done;
  return report;
}

absl::Status EraseEverything(const PgOptions& options) {
  absl::StatusOr<pg::ConnectionString> where = pg::ConnectionString::Parse(options.connection);
  if (!where.ok()) return where.status();
  absl::StatusOr<std::unique_ptr<pg::Connection>> connection = pg::OpenFor(*where, options);
  if (!connection.ok()) return connection.status();
  if (absl::Status ours = pg::CheckSchema(**connection); !ours.ok()) return ours;
  return pg::Erase(**connection);
}

}  // namespace fencepost
