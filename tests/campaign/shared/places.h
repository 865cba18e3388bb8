// The two kinds of places that a shared campaign may be in, for tests that run on both: a new
// SQLite file, and a new database of the test's server.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "campaign/shared/database.h"
#include "tests/store_pg/database.h"

namespace fencepost::campaign {

enum class Engine { kSqlite, kPostgres };

class SharedPlaces : public testing::TestWithParam<Engine> {
 protected:
  SharedPlaces();

  // For --campaign. Each name is a place of its own; the first is there for every test.
  std::string Place(const std::string& name = "campaign");

  // One statement, seen by nobody but the test; its rows.
  Database::Rows Sql(const std::string& sql, const std::string& name = "campaign");
  // Its only value.
  std::string Value(const std::string& sql, const std::string& name = "campaign") {
    return Sql(sql, name).at(0).at(0);
  }

  // Ends every connection to the first place. REQUIRES: PostgreSQL.
  void LoseConnections() { databases_.at("campaign")->TerminateBackends(); }

 private:
  std::map<std::string, std::unique_ptr<store_pg_test::Database>> databases_;
};

std::string EngineName(const testing::TestParamInfo<Engine>& info);

#define ON_BOTH_ENGINES(Suite)                                                             \
  INSTANTIATE_TEST_SUITE_P(On, Suite, testing::Values(Engine::kSqlite, Engine::kPostgres), \
                           EngineName)

}  // namespace fencepost::campaign
