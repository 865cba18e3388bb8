// A shared campaign in a SQLite file, for processes of one machine. A transaction waits for the
// other writers before it begins, so that nothing needs another lock.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "campaign/shared/database.h"
#include "store_sqlite/connection.h"
#include "store_sqlite/statement.h"

namespace fencepost::campaign {

class SqliteDatabase : public Database {
 public:
  // Makes the file if it is missing. Errors: it cannot be opened.
  static absl::StatusOr<std::unique_ptr<Database>> Open(const std::string& path);

  absl::Status Begin() override;
  absl::StatusOr<Rows> Run(const std::string& sql,
                           const std::vector<std::string>& parameters) override;
  absl::Status RunScript(const std::string& sql) override;
  absl::Status Commit() override;
  void RollBack() override { transaction_.reset(); }
  absl::Status PrepareSchema() override;
  const Dialect& dialect() const override;
  std::string place() const override { return connection_->path(); }

 private:
  explicit SqliteDatabase(std::unique_ptr<sqlite::Connection> connection)
      : connection_(std::move(connection)), statements_(*connection_) {}

  absl::StatusOr<bool> IsEmpty();
  absl::Status Foreign(const std::string& how) const;

  const std::unique_ptr<sqlite::Connection> connection_;
  sqlite::Statements statements_;
  std::optional<sqlite::Transaction> transaction_;
};

}  // namespace fencepost::campaign
