// Prepared statements, and a single use of one.
//
//   Query query(find_worker_);
//   query.Bind(worker);
//   while (query.Step()) row = ReadWorker(query);
//
// A query refers to the texts that are bound to it, and returns its statement when it ends.
#pragma once

#include <map>
#include <memory>

#include <sqlite3.h>
#include <string>
#include <string_view>

#include "absl/time/time.h"
#include "core/rules/ids.h"
#include "store_sqlite/connection.h"

namespace fencepost::sqlite {

class Statement {
 public:
  // The connection keeps the error: see Connection::failed.
  Statement(Connection& connection, std::string_view sql);
  ~Statement() { sqlite3_finalize(statement_); }
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;

 private:
  friend class Query;
  Connection& connection_;
  sqlite3_stmt* statement_ = nullptr;
};

// Times are microseconds since 1970. A time that does not fit into 64 bits is in the infinite past
// or future.
std::int64_t ToColumn(absl::Time time);
absl::Time TimeFromColumn(std::int64_t micros);

class Query {
 public:
  explicit Query(Statement& statement)
      : connection_(statement.connection_), statement_(statement.statement_) {}
  ~Query() { sqlite3_reset(statement_); }
  Query(const Query&) = delete;
  Query& operator=(const Query&) = delete;

  // The parameters, in their order.
  void Bind(std::int64_t number);
  void Bind(std::string_view text);
  void Bind(absl::Time time) { Bind(ToColumn(time)); }
  void Bind(WorkerId worker) { Bind(fencepost::Number(worker)); }
  void Bind(Epoch epoch) { Bind(fencepost::Number(epoch)); }
  void Bind(Revision revision) { Bind(fencepost::Number(revision)); }
  // Unsigned numbers keep their 64 bits; only equality counts.
  void Bind(OperationId id) {
    Bind(id.boot);
    Bind(static_cast<std::int64_t>(id.sequence));
  }
  void Bind(BootId boot) { Bind(static_cast<std::int64_t>(fencepost::Number(boot))); }
  template <class Tag>
  void Bind(const Name<Tag>& name) {
    Bind(std::string_view(name.text()));
  }

  // True if there is a row to read.
  bool Step();

  int columns() const { return sqlite3_column_count(statement_); }

  std::int64_t Number(int column) const { return sqlite3_column_int64(statement_, column); }
  std::string_view Text(int column) const;
  absl::Time Time(int column) const { return TimeFromColumn(Number(column)); }

 private:
  Connection& connection_;
  sqlite3_stmt* statement_;
  int bound_ = 0;
};

// Prepares each text once, on its first use.
class Statements {
 public:
  explicit Statements(Connection& connection) : connection_(connection) {}

  Statement& Of(std::string_view sql);

 private:
  Connection& connection_;
  std::map<std::string, std::unique_ptr<Statement>, std::less<>> prepared_;
  std::unique_ptr<Statement> failed_;
};

}  // namespace fencepost::sqlite
