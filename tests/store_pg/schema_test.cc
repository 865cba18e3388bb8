// The schema: made, brought forward, checked; what is not ours or is newer is left alone.

#include "store_pg/schema.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "store_pg/pg_store.h"
#include "store_pg/schema_text.h"
#include "tests/store_pg/database.h"

namespace fencepost::store_pg_test {
namespace {

using testing::HasSubstr;

std::string WhyNot(const PgOptions& options) {
  const auto store = PgStore::Connect(options);
  if (store.ok()) return "it connects";
  EXPECT_EQ(store.status().code(), absl::StatusCode::kFailedPrecondition);
  return std::string(store.status().message());
}

TEST(Schema, AMissingOneNamesTheCommand) {
  Database database(Database::Schema::kNone);
  EXPECT_THAT(WhyNot(database.Options()), HasSubstr("run `fencepost store migrate`"));
}

TEST(Schema, MigratingOnceIsEnoughAndTwiceIsHarmless) {
  Database database(Database::Schema::kNone);
  const auto first = Migrate(database.Options());
  ASSERT_TRUE(first.ok()) << first.status();
  EXPECT_EQ(first->from, 0);
  EXPECT_EQ(first->to, pg::LatestVersion());
  const auto second = Migrate(database.Options());
  ASSERT_TRUE(second.ok()) << second.status();
  EXPECT_EQ(second->from, pg::LatestVersion());
  EXPECT_TRUE(PgStore::Connect(database.Options()).ok());
}

TEST(Schema, AnOlderOneNamesTheCommand) {
  Database database;
  database.Run("UPDATE fencepost.schema_version SET version = 0");
  EXPECT_THAT(WhyNot(database.Options()), HasSubstr("run `fencepost store migrate`"));
}

// A schema of version 1 with a session: the session gets its worker's org, and no holder.
TEST(Schema, AnOlderOneIsBroughtForwardWithItsRows) {
  Database database(Database::Schema::kNone);
  database.Run(
      "CREATE SCHEMA fencepost;"
      "CREATE TABLE fencepost.schema_version ("
      "  only_row boolean PRIMARY KEY DEFAULT true, product text, version integer);"
      "INSERT INTO fencepost.schema_version (product, version)"
      "  VALUES ('fencepost worker store', 1)");
  database.Run(pg::Migrations()[0].sql);
  database.Run(
      "INSERT INTO fencepost.workers (worker_id, image, state, org, owner_cp, owner_epoch, "
      "revision,"
      "  operation_boot, operation_sequence, created_at, updated_at, state_since)"
      "  VALUES (7, 'image-1', 'hot', 'org-a', 'cp-1', 3, 9, 1, 1, now(), now(), now());"
      "INSERT INTO fencepost.sessions VALUES ('token', 7, 3, 'active', 'infinity')");
  const auto report = Migrate(database.Options());
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_EQ(report->from, 1);
  EXPECT_EQ(report->to, 2);
  const auto store = PgStore::Connect(database.Options());
  ASSERT_TRUE(store.ok()) << store.status();
  const auto session = (*store)->FindSession({Org("org-a"), SessionToken("token")}).value();
  ASSERT_TRUE(session.has_value());
  EXPECT_EQ(session->worker_id, WorkerId{7});
  EXPECT_TRUE(session->holder.none());
  EXPECT_EQ(session->expires_at, absl::InfiniteFuture());
}

TEST(Schema, ANewerOneIsRefusedByBoth) {
  Database database;
  database.Run("UPDATE fencepost.schema_version SET version = 1000");
  EXPECT_THAT(WhyNot(database.Options()), HasSubstr("has version 1000"));
  EXPECT_EQ(Migrate(database.Options()).status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(database.Value("SELECT version FROM fencepost.schema_version"), "1000");
}

TEST(Schema, AForeignOneIsLeftAlone) {
  for (const char* foreign :
       {"CREATE SCHEMA fencepost; CREATE TABLE fencepost.fences (posts integer)",
        "CREATE SCHEMA fencepost; CREATE TABLE fencepost.schema_version (version integer)",
        "CREATE SCHEMA fencepost; CREATE TABLE fencepost.schema_version (product text, version "
        "integer); INSERT INTO fencepost.schema_version VALUES ('garden', 1)"}) {
    Database database(Database::Schema::kNone);
    database.Run(foreign);
    EXPECT_THAT(WhyNot(database.Options()), HasSubstr("not this program's"));
    EXPECT_EQ(Migrate(database.Options()).status().code(), absl::StatusCode::kFailedPrecondition);
    EXPECT_EQ(database.Value("SELECT to_regclass('fencepost.workers') IS NULL"), "t");
  }
}

// The function that a migration makes is in the way: the migration fails at its end, and nothing of
// it remains.
TEST(Schema, AFailedMigrationLeavesNothingBehind) {
  Database database(Database::Schema::kNone);
  database.Run(
      "CREATE FUNCTION refuse() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN"
      " IF EXISTS (SELECT FROM pg_event_trigger_ddl_commands()"
      "            WHERE object_identity LIKE 'fencepost.renew_sessions%')"
      " THEN RAISE 'no'; END IF; END $$;"
      "CREATE EVENT TRIGGER refuse ON ddl_command_end EXECUTE FUNCTION refuse()");
  EXPECT_FALSE(Migrate(database.Options()).ok());
  EXPECT_EQ(database.Value("SELECT to_regnamespace('fencepost') IS NULL"), "t");
  database.Run("DROP EVENT TRIGGER refuse");
  EXPECT_TRUE(Migrate(database.Options()).ok());
}

TEST(Schema, ManyMigrationsAtOnceMakeOne) {
  Database database(Database::Schema::kNone);
  std::vector<absl::StatusOr<MigrationReport>> reports(8, absl::UnknownError(""));
  std::vector<std::thread> threads;
  for (auto& report : reports) {
    threads.emplace_back([&report, &database] { report = Migrate(database.Options()); });
  }
  for (std::thread& thread : threads) thread.join();
  int made = 0;
  for (const auto& report : reports) {
    ASSERT_TRUE(report.ok()) << report.status();
    made += report->from == 0 ? 1 : 0;
  }
  EXPECT_EQ(made, 1);
}

// A released schema does not change: whoever needs another text adds a migration, raises the
// version, and only then writes the new number here.
TEST(Schema, TheTextIsThatOfItsVersion) {
  EXPECT_EQ(pg::LatestVersion(), 2);
  EXPECT_EQ(absl::StrCat(absl::Hex(pg::SchemaFingerprint())), "b620e4a0e6f0e149");
}

}  // namespace
}  // namespace fencepost::store_pg_test
