// Runs statements: takes a connection, sets its clock, executes, repeats what surely had no effect.
#pragma once

#include <memory>
#include <mutex>
#include <pqxx/result>

#include "absl/status/statusor.h"
#include "core/events/store_events.h"
#include "store_pg/pool.h"
#include "store_pg/values.h"

namespace fencepost::pg {

class Runner {
 public:
  Runner(ConnectionString where, PgOptions options);

  // A statement that changes nothing: a lost connection is not applied, and is tried once more.
  absl::StatusOr<pqxx::result> Read(const Statement& statement, const Parameters& parameters);
  // A statement that changes something: a lost connection is in doubt.
  absl::StatusOr<pqxx::result> Change(const Statement& statement, const Parameters& parameters);

  // Held over a change and its events, so that the events come in the order of the commits. Free
  // when nobody observes.
  std::unique_lock<std::mutex> Turn();
  const StoreEvents& events() const { return events_; }

  Pool& pool() { return pool_; }

 private:
  pqxx::result Try(const Statement& statement, const Parameters& parameters, Failure& failure);

  const PgOptions options_;
  const StoreEvents events_;
  Pool pool_;
  std::mutex turn_;
};

}  // namespace fencepost::pg
