#include "campaign/shared/pg_session.h"

#include <fmt/format.h>

#include <utility>

#include "absl/status/status.h"
#include "campaign/shared/schema.h"
#include "sim/engine/label.h"
#include "store_pg/failure.h"

namespace fencepost::cli {
namespace {

// Of pg_advisory_xact_lock: "fpcorpus" in ASCII. Held while the tables are made.
constexpr std::int64_t kSchemaLock = 0x6670636F72707573;

constexpr Dialect kDialect = {
    .now = "CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000000 AS bigint)",
    .lock = "FOR UPDATE",
    .lock_unless_held = "FOR UPDATE SKIP LOCKED",
};

absl::Status Foreign() {
  return absl::FailedPreconditionError(
      "the database has a schema `fencepost_corpus` that is not this program's; it is left alone: "
      "use another database, or rename that schema");
}

}  // namespace

absl::StatusOr<std::unique_ptr<CorpusSession>> PgCorpusSession::Open(const std::string& uri) {
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
  std::unique_ptr<PgCorpusSession> session(new PgCorpusSession(*std::move(where)));
  if (absl::Status status = session->Connect(); !status.ok()) return status;
  return session;
}

const Dialect& PgCorpusSession::dialect() const { return kDialect; }

absl::Status PgCorpusSession::Connect() {
  connection_.reset();
  auto connection = pg::Connection::Open(where_, PgOptions());
  if (!connection.ok()) return connection.status();
  connection_ = *std::move(connection);
  return connection_->ExecuteScript("SET search_path = fencepost_corpus, pg_catalog");
}

absl::Status PgCorpusSession::Begin() {
  if (connection_ == nullptr || !connection_->Usable()) {
    if (absl::Status status = Connect(); !status.ok()) return status;
  }
  absl::Status status = connection_->ExecuteScript("BEGIN");
  in_transaction_ = status.ok();
  return status;
}

absl::StatusOr<CorpusSession::Rows> PgCorpusSession::Run(
    const std::string& sql, const std::vector<std::string>& parameters) {
  const pg::Statement statement{fmt::format("corpus_{:016x}", sim::HashText(sql)), sql};
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

absl::Status PgCorpusSession::RunScript(const std::string& sql) {
  return connection_->ExecuteScript(sql);
}

absl::Status PgCorpusSession::Commit() {
  absl::Status status = connection_->ExecuteScript("COMMIT");
  in_transaction_ = in_transaction_ && !status.ok();
  return status;
}

void PgCorpusSession::RollBack() {
  if (!std::exchange(in_transaction_, false) || connection_ == nullptr) return;
  if (connection_->broken()) return;
  // If this fails the connection is broken, and the server rolls back by itself.
  static_cast<void>(connection_->ExecuteScript("ROLLBACK"));
}

absl::Status PgCorpusSession::PrepareSchema() {
  const auto alone = Run(fmt::format("SELECT pg_advisory_xact_lock({})", kSchemaLock), {});
  if (!alone.ok()) return alone.status();
  // The version table is read only if it looks like ours: the error would end the transaction.
  const auto found =
      Run("SELECT (SELECT count(*) FROM pg_namespace WHERE nspname = 'fencepost_corpus'),"
          " (SELECT count(*) FROM pg_attribute"
          "  WHERE attrelid = to_regclass('fencepost_corpus.corpus_version')"
          "    AND attname IN ('product', 'version') AND NOT attisdropped)",
          {});
  if (!found.ok()) return found.status();
  if ((*found)[0][0] == "0") {
    return RunScript(fmt::format("CREATE SCHEMA fencepost_corpus; {}", kCorpusTables));
  }
  if ((*found)[0][1] != "2") return Foreign();
  const auto version = Run(
      "SELECT CAST(product AS text), CAST(version AS text) FROM fencepost_corpus.corpus_version",
      {});
  if (!version.ok()) return version.status();
  if (version->size() != 1 || (*version)[0][0] != kCorpusProduct) return Foreign();
  return CheckCorpusVersion(place(), std::strtoll((*version)[0][1].c_str(), nullptr, 10));
}

}  // namespace fencepost::cli
