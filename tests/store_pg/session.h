// A session of the test's own, whose open transaction holds what another one is to wait for. So two
// calls are interleaved exactly, without sleeping: one is half done in the open transaction, the
// other is seen waiting, then the first is committed or rolled back.
#pragma once

#include <future>
#include <pqxx/connection>
#include <pqxx/nontransaction>
#include <string>
#include <utility>

#include "tests/store_pg/database.h"

namespace fencepost::store_pg_test {

class Session {
 public:
  explicit Session(const Database& database) : connection_(database.Uri()) {}

  void Run(const std::string& sql) { pqxx::nontransaction(connection_).exec(sql); }
  std::string Value(const std::string& sql) {
    return pqxx::nontransaction(connection_).exec(sql)[0][0].c_str();
  }
  void Begin(const std::string& sql) { Run("BEGIN; " + sql); }
  void Commit() { Run("COMMIT"); }
  void Rollback() { Run("ROLLBACK"); }

 private:
  pqxx::connection connection_;
};

// Other sessions of the database that wait for a lock.
inline std::string Waiting(const Database& database) {
  return "SELECT count(*) FROM pg_stat_activity WHERE datname = '" + database.name() +
         "' AND wait_event_type = 'Lock'";
}

// Runs `call` in a thread of its own and comes back when it waits for a lock.
template <class Call>
auto UntilItWaits(Database& database, Call call) {
  auto result = std::async(std::launch::async, std::move(call));
  database.Await("SELECT (" + Waiting(database) + ") = 1");
  return result;
}

}  // namespace fencepost::store_pg_test
