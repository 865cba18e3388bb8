// One connection to a SQLite file, and its transactions.
//
// Errors are sticky: after the first one within a transaction every statement does nothing and
// reads nothing, and Commit rolls back and returns that error. So the code of a transaction need
// not check each statement, and what it has read counts only if Commit succeeds. Used by one thread
// at a time.
#pragma once

#include <sqlite3.h>

#include <chrono>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "store_sqlite/failure.h"
#include "store_sqlite/sqlite_options.h"

namespace fencepost::sqlite {

class Connection {
 public:
  // Opens the file and reads nothing of it yet.
  static absl::StatusOr<std::unique_ptr<Connection>> Open(const SqliteOptions& options);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  sqlite3* handle() const { return handle_; }
  const std::string& path() const { return file_.path; }

  // Runs statements without results. REQUIRES: no transaction is open, or its caller handles the
  // error.
  void Execute(const char* sql);
  // The first value of the first row; `otherwise` when there is none.
  std::int64_t Number(const char* sql, std::int64_t otherwise);
  std::string Text(const char* sql);

  // Remembers the first error. 0, SQLITE_ROW and SQLITE_DONE are no errors.
  void Take(int code);
  bool failed() const { return code_ != SQLITE_OK; }
  // Returns the remembered error as an error of opening, and forgets it.
  absl::Status TakeOpeningFailure();

 private:
  friend class Transaction;

  explicit Connection(const SqliteOptions& options);
  static int OnBusy(void* self, int count);
  absl::Status TakeFailure();

  const FileToOpen file_;
  const std::chrono::nanoseconds busy_timeout_;
  std::chrono::steady_clock::time_point busy_until_;
  sqlite3* handle_ = nullptr;
  sqlite3_stmt* begin_read_ = nullptr;
  sqlite3_stmt* begin_write_ = nullptr;
  sqlite3_stmt* commit_ = nullptr;
  int code_ = SQLITE_OK;
  std::string why_;
};

// A transaction that is rolled back unless it is committed.
class Transaction {
 public:
  enum class Kind { kRead, kWrite };

  // kWrite waits here for other writers, so that nothing it reads is stale by the time it writes.
  Transaction(Connection& connection, Kind kind);
  ~Transaction();
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;

  // May be called once. The change is durable when this is OK; otherwise the status says whether it
  // may be.
  absl::Status Commit();
  // Undoes the transaction instead of committing it.
  void RollBack();

 private:
  Connection& connection_;
  bool open_ = false;
};

}  // namespace fencepost::sqlite
