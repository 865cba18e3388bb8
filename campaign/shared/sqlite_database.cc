#include "campaign/shared/sqlite_database.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <thread>
#include <utility>

#include "absl/status/status.h"
#include "campaign/shared/schema.h"
#include "core/rules/check.h"

namespace fencepost::campaign {
namespace {

// "FPSC", in SQLite's field for the program that a file belongs to.
constexpr std::int64_t kApplicationId = 0x46505343;

// A claim takes a moment, but many processes may queue for a slow disk.
constexpr absl::Duration kBusyTimeout = absl::Seconds(60);

constexpr Dialect kDialect = {
    .now = "CAST((julianday('now') - 2440587.5) * 86400000000 AS bigint)",
    .lock = "",
    .lock_unless_held = "",
};

// True for a new file and for a shared campaign. Reads nothing but the first page.
bool MayBeOurs(sqlite::Connection& connection) {
  const std::int64_t mark = connection.Number("PRAGMA application_id", 0);
  if (mark == kApplicationId) return true;
  return mark == 0 && connection.Number("SELECT count(*) FROM sqlite_schema", 0) == 0;
}

// With a log a commit need not reach the disk at once, and no crash of the machine can harm the
// file: a range whose end was lost is run again. Several processes may be the first at once, and
// SQLite does not wait for this lock by itself.
absl::Status UseWriteAheadLog(sqlite::Connection& connection) {
  const auto end = std::chrono::steady_clock::now() + absl::ToChronoNanoseconds(kBusyTimeout);
  while (true) {
    connection.Execute("PRAGMA journal_mode = WAL");
    if (!connection.failed()) return absl::OkStatus();
    absl::Status failure = connection.TakeOpeningFailure();
    if (!absl::IsUnavailable(failure) || std::chrono::steady_clock::now() >= end) return failure;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
}

}  // namespace

absl::StatusOr<std::unique_ptr<Database>> SqliteDatabase::Open(const std::string& path) {
  SqliteOptions options;
  options.path = path;
  options.busy_timeout = kBusyTimeout;
  options.synchronous = SqliteSynchronous::kNormal;
  auto connection = sqlite::Connection::Open(options);
  if (!connection.ok()) return connection.status();
  // The first look at the file tells whether it is a database at all.
  const bool may_be_ours = MayBeOurs(**connection);
  if ((*connection)->failed()) return (*connection)->TakeOpeningFailure();
  if (may_be_ours) {
    if (absl::Status logged = UseWriteAheadLog(**connection); !logged.ok()) return logged;
  }
  return std::unique_ptr<Database>(new SqliteDatabase(*std::move(connection)));
}

const Dialect& SqliteDatabase::dialect() const { return kDialect; }

absl::Status SqliteDatabase::Begin() {
  transaction_.emplace(*connection_, sqlite::Transaction::Kind::kWrite);
  if (!connection_->failed()) return absl::OkStatus();
  return Commit();
}

absl::StatusOr<Database::Rows> SqliteDatabase::Run(const std::string& sql,
                                                   const std::vector<std::string>& parameters) {
  Check(transaction_.has_value(), "a statement runs in a transaction");
  Rows rows;
  {
    // The query ends before a failure is taken: an open statement would block the rollback.
    sqlite::Query query(statements_.Of(sql));
    for (const std::string& parameter : parameters) query.Bind(std::string_view(parameter));
    while (query.Step()) {
      Row& row = rows.emplace_back();
      for (int i = 0; i < query.columns(); ++i) row.emplace_back(query.Text(i));
    }
  }
  if (connection_->failed()) return Commit();
  return rows;
}

absl::Status SqliteDatabase::RunScript(const std::string& sql) {
  connection_->Execute(sql.c_str());
  return connection_->failed() ? Commit() : absl::OkStatus();
}

// For a transaction that has failed: its error.
absl::Status SqliteDatabase::Commit() {
  absl::Status status = transaction_->Commit();
  transaction_.reset();
  return status;
}

absl::Status SqliteDatabase::Foreign(const std::string& how) const {
  return absl::FailedPreconditionError(
      fmt::format("{} is not a shared campaign of fencepost: {}; it is left alone", place(), how));
}

absl::StatusOr<bool> SqliteDatabase::IsEmpty() {
  const std::int64_t mark = connection_->Number("PRAGMA application_id", 0);
  const std::int64_t objects = connection_->Number("SELECT count(*) FROM sqlite_schema", 0);
  if (connection_->failed()) return connection_->TakeOpeningFailure();
  if (mark == 0 && objects == 0) return true;
  if (mark != kApplicationId) return Foreign("it is the SQLite database of another program");
  std::string verdict = connection_->Text("PRAGMA quick_check(1)");
  if (connection_->failed()) return connection_->TakeOpeningFailure();
  if (verdict == "ok") return false;
  std::replace(verdict.begin(), verdict.end(), '\n', ' ');
  return absl::DataLossError(fmt::format("{} is damaged: {}", place(), verdict));
}

absl::Status SqliteDatabase::PrepareSchema() {
  const auto empty = IsEmpty();
  if (!empty.ok()) return empty.status();
  if (*empty) {
    if (absl::Status made = RunScript(std::string(kTables)); !made.ok()) return made;
    return RunScript(fmt::format("PRAGMA application_id = {}", kApplicationId));
  }
  const std::string product = connection_->Text("SELECT product FROM campaign_version");
  const std::int64_t version = connection_->Number("SELECT version FROM campaign_version", 0);
  if (connection_->failed()) {
    static_cast<void>(connection_->TakeOpeningFailure());
    return Foreign("it has no readable table campaign_version");
  }
  if (product != kProduct) return Foreign("its table campaign_version says otherwise");
  return CheckSchemaVersion(place(), version);
}

}  // namespace fencepost::campaign
