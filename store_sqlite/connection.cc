#include "store_sqlite/connection.h"

#include <algorithm>
#include <thread>
#include <utility>

#include "core/rules/check.h"
#include "store_sqlite/failure.h"

namespace fencepost::sqlite {
namespace {

int Run(sqlite3_stmt* statement) {
  sqlite3_step(statement);
  return sqlite3_reset(statement);
}

const char* Synchronous(SqliteSynchronous synchronous) {
  switch (synchronous) {
    case SqliteSynchronous::kOff:
      return "PRAGMA synchronous = OFF";
    case SqliteSynchronous::kNormal:
      return "PRAGMA synchronous = NORMAL";
    case SqliteSynchronous::kFull:
      return "PRAGMA synchronous = FULL";
    case SqliteSynchronous::kExtra:
      break;
  }
  return "PRAGMA synchronous = EXTRA";
}

}  // namespace

Connection::Connection(const SqliteOptions& options)
    : file_{.path = options.path, .creates = options.create_if_missing},
      busy_timeout_(absl::ToChronoNanoseconds(options.busy_timeout)) {}

Connection::~Connection() {
  for (sqlite3_stmt* statement : {begin_read_, begin_write_, commit_}) sqlite3_finalize(statement);
  sqlite3_close(handle_);
}

absl::StatusOr<std::unique_ptr<Connection>> Connection::Open(const SqliteOptions& options) {
  std::unique_ptr<Connection> connection(new Connection(options));
  // The store has a lock of its own, so SQLite needs none between threads.
  int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  if (options.create_if_missing) flags |= SQLITE_OPEN_CREATE;
  connection->Take(
      sqlite3_open_v2(options.path.c_str(), &connection->handle_, flags, /*zVfs=*/nullptr));
  if (connection->failed()) return connection->TakeOpeningFailure();
  if (sqlite3_db_readonly(connection->handle_, "main") == 1) {
    connection->Take(SQLITE_READONLY);
    return connection->TakeOpeningFailure();
  }
  sqlite3_busy_handler(connection->handle_, &Connection::OnBusy, connection.get());
  // The file may come from an untrusted source: its schema must not run functions of this process.
  connection->Execute("PRAGMA trusted_schema = OFF");
  connection->Execute(Synchronous(options.synchronous));
  for (const auto& [statement, sql] : {std::pair(&connection->begin_read_, "BEGIN"),
                                       std::pair(&connection->begin_write_, "BEGIN IMMEDIATE"),
                                       std::pair(&connection->commit_, "COMMIT")}) {
    connection->Take(sqlite3_prepare_v3(connection->handle_, sql, -1, SQLITE_PREPARE_PERSISTENT,
                                        statement, nullptr));
  }
  if (connection->failed()) return connection->TakeOpeningFailure();
  return connection;
}

// SQLite's own busy handler waits for up to 100 ms at a time, so that faster processes can starve a
// slow one, and it adds up its waits instead of reading the clock.
int Connection::OnBusy(void* self, int count) {
  auto* const connection = static_cast<Connection*>(self);
  const auto now = std::chrono::steady_clock::now();
  if (count == 0) connection->busy_until_ = now + connection->busy_timeout_;
  if (now >= connection->busy_until_) return 0;
  constexpr auto kShortest = std::chrono::microseconds(50);
  constexpr auto kLongest = std::chrono::microseconds(2000);
  const auto pause = std::min(kLongest, kShortest * (1 << std::min(count, 6)));
  std::this_thread::sleep_for(pause);
  return 1;
}

void Connection::Take(int code) {
  if (code == SQLITE_OK || code == SQLITE_ROW || code == SQLITE_DONE || failed()) return;
  code_ = code;
  const bool own_words = handle_ != nullptr && sqlite3_extended_errcode(handle_) == code;
  why_ = own_words ? sqlite3_errmsg(handle_) : sqlite3_errstr(code);
}

absl::Status Connection::TakeFailure() {
  return NotAppliedBecause(std::exchange(code_, SQLITE_OK), why_);
}

absl::Status Connection::TakeOpeningFailure() {
  const int system_errno = handle_ == nullptr ? 0 : sqlite3_system_errno(handle_);
  return OpeningFailedBecause(std::exchange(code_, SQLITE_OK), system_errno, why_, file_);
}

void Connection::Execute(const char* sql) {
  if (failed()) return;
  Take(sqlite3_exec(handle_, sql, nullptr, nullptr, nullptr));
}

std::int64_t Connection::Number(const char* sql, std::int64_t otherwise) {
  const std::string text = Text(sql);
  return text.empty() ? otherwise : std::strtoll(text.c_str(), nullptr, 10);
}

std::string Connection::Text(const char* sql) {
  if (failed()) return {};
  sqlite3_stmt* statement = nullptr;
  Take(sqlite3_prepare_v2(handle_, sql, -1, &statement, nullptr));
  if (failed()) return {};
  std::string text;
  if (sqlite3_step(statement) == SQLITE_ROW) {
    if (const unsigned char* value = sqlite3_column_text(statement, 0)) {
      text = reinterpret_cast<const char*>(value);
    }
  }
  Take(sqlite3_reset(statement));
  sqlite3_finalize(statement);
  return text;
}

// ---- Transactions ------------------------------------------------------------------------------

Transaction::Transaction(Connection& connection, Kind kind) : connection_(connection) {
  Check(!connection.failed(), "the last transaction's error has been taken");
  connection.Take(Run(kind == Kind::kWrite ? connection.begin_write_ : connection.begin_read_));
  open_ = !connection.failed();
}

Transaction::~Transaction() { RollBack(); }

void Transaction::RollBack() {
  if (std::exchange(open_, false) && sqlite3_get_autocommit(connection_.handle_) == 0) {
    sqlite3_exec(connection_.handle_, "ROLLBACK", nullptr, nullptr, nullptr);
  }
  connection_.code_ = SQLITE_OK;
}

absl::Status Transaction::Commit() {
  if (connection_.failed()) {
    absl::Status failure = connection_.TakeFailure();
    RollBack();
    return failure;
  }
  const int code = Run(connection_.commit_);
  if (code == SQLITE_OK) {
    open_ = false;
    return absl::OkStatus();
  }
  const std::string why = sqlite3_errmsg(connection_.handle_);
  const bool still_open = sqlite3_get_autocommit(connection_.handle_) == 0;
  RollBack();
  return CommitFailedBecause(code, why, still_open);
}

}  // namespace fencepost::sqlite
