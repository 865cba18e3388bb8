#include "tests/campaign/shared/places.h"

#include "campaign/shared/open_database.h"
#include "tests/cli/command.h"

namespace fencepost::campaign {

SharedPlaces::SharedPlaces() { Place(); }

std::string SharedPlaces::Place(const std::string& name) {
  if (GetParam() == Engine::kSqlite) return ScratchDirectory() + "/" + name + ".sqlite";
  auto& database = databases_[name];
  if (database == nullptr) {
    database = std::make_unique<store_pg_test::Database>(store_pg_test::Database::Schema::kNone);
  }
  return database->Uri();
}

Database::Rows SharedPlaces::Sql(const std::string& sql, const std::string& name) {
  const auto database = OpenDatabase(Place(name));
  EXPECT_TRUE(database.ok()) << database.status();
  EXPECT_TRUE((*database)->Begin().ok());
  const auto rows = (*database)->Run(sql);
  EXPECT_TRUE(rows.ok()) << rows.status();
  EXPECT_TRUE((*database)->Commit().ok());
  return rows.ok() ? *rows : Database::Rows();
}

std::string EngineName(const testing::TestParamInfo<Engine>& info) {
  return info.param == Engine::kSqlite ? "Sqlite" : "Postgres";
}

}  // namespace fencepost::campaign
