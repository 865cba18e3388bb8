// A database of one's own on the test server, with the schema, dropped at the end.
//
// The server is the one of FENCEPOST_TEST_POSTGRES (a URI), which the ctest fixture starts.
#pragma once

#include <memory>
#include <pqxx/connection>
#include <pqxx/result>
#include <string>

#include "store_pg/pg_options.h"

namespace fencepost::store_pg_test {

class Database {
 public:
  enum class Schema { kMigrated, kNone };
  explicit Database(Schema schema = Schema::kMigrated);
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  // The URI of this database, with more parameters: "&user=x".
  std::string Uri(const std::string& more = "") const;
  PgOptions Options() const;
  const std::string& name() const { return name_; }

  // As the superuser, in a session of its own.
  pqxx::result Run(const std::string& sql);
  std::string Value(const std::string& sql);
  // Waits until `sql` gives 't'; a minute without that fails the test.
  void Await(const std::string& sql);

  // Ends every other session of this database.
  void TerminateBackends();

 private:
  const std::string server_;
  const std::string name_;
  std::unique_ptr<pqxx::connection> session_;
};

}  // namespace fencepost::store_pg_test
