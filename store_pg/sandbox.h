// A database that belongs to simulations, which empty it before every run.
//
// It is made from a database without the schema, and marked by a comment on the schema. A schema
// without the mark is a service's: it is left alone.
#pragma once

#include <memory>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "store_pg/pg_store.h"

namespace fencepost {

class PgSandbox {
 public:
  // FailedPrecondition: the schema is there and not a sandbox, or of another version; or another
  // process simulates in it. One process may open it several times.
  static absl::StatusOr<std::unique_ptr<PgSandbox>> Open(PgOptions options);
  ~PgSandbox();

  PgStore& store() { return *store_; }
  // Every row goes, and worker ids start from 1 again.
  absl::Status Erase();
  // The row goes, whatever the instance owns: an operator's hand.
  absl::Status RemoveControlPlane(const CpId& cp);

 private:
  class Desk;  // the connection with which a simulation does what no service does

  PgSandbox(std::shared_ptr<Desk> desk, std::unique_ptr<PgStore> store);

  const std::shared_ptr<Desk> desk_;
  const std::unique_ptr<PgStore> store_;
};

}  // namespace fencepost
