// A file that belongs to simulations, which empty it before every run.
//
// A simulation makes the file and marks it by SQLite's user version. A file without the mark
// belongs to a service or to another program, and the sandbox refuses it.
#pragma once

#include <memory>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "store_sqlite/sqlite_store.h"

namespace fencepost {

class SqliteSandbox {
 public:
  // FailedPrecondition: the file is there and not a sandbox, or another process simulates in it.
  // Otherwise as SqliteStore::Open. One process may open it several times.
  static absl::StatusOr<std::unique_ptr<SqliteSandbox>> Open(SqliteOptions options);

  SqliteStore& store() { return *store_; }
  // Removes every row; worker ids start from 1 again.
  absl::Status Erase();
  // Removes the row even if the instance owns workers, as an operator might.
  absl::Status RemoveControlPlane(const CpId& cp);

 private:
  class Claim;  // keeps other processes out

  SqliteSandbox(std::shared_ptr<Claim> claim, std::unique_ptr<SqliteStore> store);

  std::shared_ptr<Claim> claim_;
  std::unique_ptr<SqliteStore> store_;
};

}  // namespace fencepost
