// The schema's version: brought forward by Migrate, checked by every connection of a store.
//
// All objects live in the schema `fencepost`. A migration runs in one transaction under an advisory
// lock, so that two of them cannot meet and a failure leaves nothing behind. It needs a role that
// may create a schema; the service itself does not (roles.sql).
#pragma once

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "store_pg/pg_options.h"

namespace fencepost {

struct MigrationReport {
  int from = 0;  // 0: there was no schema
  int to = 0;
};

// Brings the schema to the version that this program knows. Harmless when it is there already.
// FailedPrecondition: a schema of that name belongs to something else, or is newer.
absl::StatusOr<MigrationReport> Migrate(const PgOptions& options);

// Removes every row and starts worker ids from 1 again. For tests and simulations: the service's
// role may not do it.
absl::Status EraseEverything(const PgOptions& options);

namespace pg {

class Connection;

// OK if the schema has the version that this program knows. FailedPrecondition says what is wrong
// and which command repairs it.
absl::Status CheckSchema(Connection& connection);
// EraseEverything, on a connection that has passed CheckSchema.
absl::Status Erase(Connection& connection);

}  // namespace pg
}  // namespace fencepost
