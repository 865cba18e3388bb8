#include "campaign/shared/pg_database.h"

#include <fmt/format.h>

#include <utility>

#include "absl/status/status.h"
#include "campaign/shared/schema.h"
#include "sim/engine/label.h"
#include "store_pg/failure.h"

namespace fencepost::campaign {
namespace {

// The key of the advisory lock that is held while the tables are made: "fpshared" in ASCII.
constexpr std::int64_t kSchemaLock = 0x6670736861726564;

constexpr Dialect kDialect = {
    .now = "CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000000 AS bigint)",
    .lock = "FOR UPDATE",
    .lock_unless_held = "FOR UPDATE SKIP LOCKED",
};

absl::Status Foreign() {
  return absl::FailedPreconditionError(
      "the database has a schema `fencepost_campaign` that is not this program's; it is left "
      "alone: "
      "use another database, or rename that schema");
}

}  // namespace

absl::StatusOr<std::unique_ptr<Database>> PgDatabase::Open(const std::string& uri) {
  auto where = pg::ConnectionString::Parse(uri);
  if (!where.ok()) return where.status();
  where->SetDefault("connect_timeout", "10");
  where->SetDefault("client_encoding", "UTF8");
  where->SetDefault("application_name", "fencepost fuzz");
  // A dead server is noticed in half a minute even while nothing is sent.
  where->SetDefault("keepalives_idle", "10");
  where->SetDefault("keepalives_interval", "5");
  where->SetDefault("keepalives_count", "3");
  where->SetDefault("tcp_user_timeout", "30000");
  std::unique_ptr<PgDatabase> database(new PgDatabase(*std::move(where)));
  if (absl::Status status = database->Connect(); !status.ok()) return status;
  return database;
}

const Dialect& PgDatabase::dialect() const { return kDialect; }

absl::Status PgDatabase::Connect() {
  connection_.reset();
  auto connection = pg::Connection::Open(where_, PgOptions());
  if (!connection.ok()) return connection.status();
  connection_ = *std::move(connection);
  return connection_->ExecuteScript("SET search_path = fencepost_campaign, pg_catalog");
}

absl::Status PgDatabase::Begin() {
  if (connection_ == nullptr || !connection_->Usable()) {
    if (absl::Status status = Connect(); !status.ok()) return status;
  }
  absl::Status status = connection_->ExecuteScript("BEGIN");
  in_transaction_ = status.ok();
  return status;
}

absl::StatusOr<Database::Rows> PgDatabase::Run(const std::string& sql,
                                               const std::vector<std::string>& parameters) {
  const pg::Statement statement{fmt::format("shared_{:016x}", sim::HashText(sql)), sql};
  pg::Failure failure;
  const pqxx::result result = connection_->Execute(statement, parameters, failure);
  if (!failure.status.ok()) return failure.status;
  Rows rows;
  for (const auto& found : result) {
    Row& row = rows.emplace_back();
    for (const auto& field : found) row.emplace_back(field.c_str(), field.size());
  }
  return rows;
}

absl::Status PgDatabase::RunScript(const std::string& sql) {
  return connection_->ExecuteScript(sql);
}

absl::Status PgDatabase::Commit() {
  absl::Status status = connection_->ExecuteScript("COMMIT");
  in_transaction_ = in_transaction_ && !status.ok();
  return status;
}

void PgDatabase::RollBack() {
  if (!std::exchange(in_transaction_, false) || connection_ == nullptr) return;
  if (connection_->broken()) return;
  // If this fails the connection is broken, and the server rolls back by itself.
  static_cast<void>(connection_->ExecuteScript("ROLLBACK"));
}

absl::Status PgDatabase::PrepareSchema() {
  const auto alone = Run(fmt::format("SELECT pg_advisory_xact_lock({})", kSchemaLock), {});
  if (!alone.ok()) return alone.status();
  // The version table is read only if it looks like ours: the error would end the transaction.
  const auto found =
      Run("SELECT (SELECT count(*) FROM pg_namespace WHERE nspname = 'fencepost_campaign'),"
          " (SELECT count(*) FROM pg_attribute"
          "  WHERE attrelid = to_regclass('fencepost_campaign.campaign_version')"
          "    AND attname IN ('product', 'version') AND NOT attisdropped)",
          {});
  if (!found.ok()) return found.status();
  if ((*found)[0][0] == "0") {
    return RunScript(fmt::format("CREATE SCHEMA fencepost_campaign; {}", kTables));
  }
  if ((*found)[0][1] != "2") return Foreign();
  const auto version =
      Run("SELECT CAST(product AS text), CAST(version AS text) FROM "
          "fencepost_campaign.campaign_version",
          {});
  if (!version.ok()) return version.status();
  if (version->size() != 1 || (*version)[0][0] != kProduct) return Foreign();
  return CheckSchemaVersion(place(), std::strtoll((*version)[0][1].c_str(), nullptr, 10));
}

}  // namespace fencepost::campaign
