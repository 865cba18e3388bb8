// A file that belongs to simulations, which empty it before every run.
//
// It is made by a simulation, and marked by SQLite's user version. A file without the mark is a
// service's, or another program's: it is left alone.
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
  // Every row goes, and worker ids start from 1 again.
  absl::Status Erase();
  // The row goes, whatever the instance owns: an operator's hand.
  absl::Status RemoveControlPlane(const CpId& cp);

 private:
  class Claim;  // keeps other processes out

  SqliteSandbox(std::shared_ptr<Claim> claim, std::unique_ptr<SqliteStore> store);

  std::shared_ptr<Claim> claim_;
  std::unique_ptr<SqliteStore> store_;
};

}  // namespace fencepost
