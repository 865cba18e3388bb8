#include "tests/campaign/shared/places.h"

#include "campaign/shared/open_database.h"
#include "tests/cli/command.h"

namespace fencepost::cli {

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
  const auto session = OpenDatabase(Place(name));
  EXPECT_TRUE(session.ok()) << session.status();
  EXPECT_TRUE((*session)->Begin().ok());
  const auto rows = (*session)->Run(sql);
  EXPECT_TRUE(rows.ok()) << rows.status();
  EXPECT_TRUE((*session)->Commit().ok());
  return rows.ok() ? *rows : Database::Rows();
}

std::string EngineName(const testing::TestParamInfo<Engine>& info) {
  return info.param == Engine::kSqlite ? "Sqlite" : "Postgres";
}

}  // namespace fencepost::cli
