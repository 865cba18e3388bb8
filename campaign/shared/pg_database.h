// A shared campaign in a PostgreSQL database, for any number of machines: the schema
// `fencepost_campaign`.
// A connection that was lost is opened anew by the next Begin.
#pragma once

#include <memory>
#include <string>

#include "campaign/shared/database.h"
#include "store_pg/connection.h"
#include "store_pg/connection_string.h"

namespace fencepost::campaign {

class PgDatabase : public Database {
 public:
  // Errors: the server cannot be reached or refuses; without the password.
  static absl::StatusOr<std::unique_ptr<Database>> Open(const std::string& uri);

  absl::Status Begin() override;
  absl::StatusOr<Rows> Run(const std::string& sql,
                           const std::vector<std::string>& parameters) override;
  absl::Status RunScript(const std::string& sql) override;
  absl::Status Commit() override;
  void RollBack() override;
  absl::Status PrepareSchema() override;
  const Dialect& dialect() const override;
  std::string place() const override { return where_.ForPeople(); }

 private:
  explicit PgDatabase(pg::ConnectionString where) : where_(std::move(where)) {}

  absl::Status Connect();

  const pg::ConnectionString where_;
  std::unique_ptr<pg::Connection> connection_;
  bool in_transaction_ = false;
};

}  // namespace fencepost::campaign
