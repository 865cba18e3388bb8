// The real command on real stores: the same seeds are the same runs on all three, and no store that
// a simulation did not make is touched.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "store_pg/schema.h"
#include "store_sqlite/sqlite_store.h"
#include "tests/cli/command.h"
#include "tests/store_pg/database.h"

namespace fencepost::cli {
namespace {

using Json = nlohmann::json;
using store_pg_test::Database;
using testing::HasSubstr;
using testing::Not;

CommandResult Fencepost(const std::vector<std::string>& arguments) {
  return RunCommandLine(FENCEPOST_COMMAND, arguments);
}

class Stores : public testing::Test {
 protected:
  std::string Sqlite() const { return "sqlite:" + path_; }
  std::string Postgres() const { return database_.Uri(); }

  const std::string path_ = ScratchDirectory() + "/store";
  Database database_{Database::Schema::kNone};
};

// scenario -> digest of its first seeds
std::map<std::string, std::string> Digests(const std::string& store, const std::string& seeds) {
  const CommandResult result =
      Fencepost({"fuzz", "--seeds", seeds, "--jobs", "1", "--store", store, "--json"});
  std::map<std::string, std::string> digests;
  EXPECT_EQ(result.exit_code, 0) << result.err;
  const Json report = Json::parse(result.out);
  for (const Json& scenario : report["scenarios"]) {
    digests[scenario["scenario"]] = scenario["digest"];
  }
  return digests;
}

TEST_F(Stores, EveryScenarioRunsTheSameOnAllOfThem) {
  const auto simulated = Digests("sim", "1..3");
  EXPECT_GE(simulated.size(), 29U);
  EXPECT_EQ(Digests(Sqlite(), "1..3"), simulated);
  EXPECT_EQ(Digests(Postgres(), "1..3"), simulated);
}

TEST_F(Stores, AReplayOfOneRunsOnAnother) {
  const std::string file = ScratchDirectory() + "/replay.json";
  const std::string hash = Json::parse(
      Fencepost({"run", "shutdown-vs-refresh", "--seed", "7", "--replay-file", file, "--json"})
          .out)["hash"];
  for (const std::string& store : {std::string("sim"), Sqlite(), Postgres()}) {
    const CommandResult result = Fencepost({"replay", file, "--store", store, "--json"});
    EXPECT_EQ(result.exit_code, 0) << result.err;
    const Json again = Json::parse(result.out);
    EXPECT_EQ(again["hash"], hash) << store;
    EXPECT_EQ(again["store"], store);
  }
}

TEST_F(Stores, MigrateMakesWhatCheckWants) {
  for (const std::string& store : {Sqlite(), Postgres()}) {
    const CommandResult before = Fencepost({"store", "check", "--store", store});
    EXPECT_EQ(before.exit_code, 2);
    const CommandResult made = Fencepost({"store", "migrate", "--store", store});
    EXPECT_EQ(made.exit_code, 0) << made.err;
    EXPECT_THAT(made.out, HasSubstr("made the schema, version 2"));
    EXPECT_THAT(Fencepost({"store", "migrate", "--store", store}).out, HasSubstr("nothing to do"));
    EXPECT_EQ(Fencepost({"store", "check", "--store", store}).exit_code, 0);
  }
}

// A service's data must survive whatever is asked of a simulation.
TEST_F(Stores, AServicesStoreIsNeverEmptied) {
  for (const std::string& store : {Sqlite(), Postgres()}) {
    ASSERT_EQ(Fencepost({"store", "migrate", "--store", store}).exit_code, 0);
  }
  SqliteOptions options;
  options.path = path_;
  ASSERT_TRUE(SqliteStore::Open(options).value()->RegisterControlPlane(CpId("kept"), {}).ok());
  database_.Run(
      "INSERT INTO fencepost.control_planes (cp_id, boot_id, state, expiry_cause, heartbeat_at)"
      " VALUES ('kept', 1, 'active', 'none', now())");
  for (const std::string& store : {Sqlite(), Postgres()}) {
    const CommandResult refused =
        Fencepost({"run", "shutdown-vs-refresh", "--seed", "1", "--store", store});
    EXPECT_EQ(refused.exit_code, 2);
    EXPECT_THAT(refused.err, HasSubstr("left alone"));
  }
  EXPECT_EQ(SqliteStore::Open(options).value()->ListControlPlanes()->size(), 1U);
  EXPECT_EQ(database_.Value("SELECT count(*) FROM fencepost.control_planes"), "1");
}

TEST_F(Stores, NoPasswordIsPrinted) {
  const std::string store = database_.Uri("&password=geheim");
  for (const std::vector<std::string>& arguments :
       {std::vector<std::string>{"run", "shutdown-vs-refresh", "--seed", "1", "--store", store},
        {"run", "shutdown-vs-refresh", "--seed", "1", "--store", store, "--json"},
        {"store", "check", "--store", store, "--json"},
        {"run", "shutdown-vs-refresh", "--seed", "1", "--store",
         "postgres://me:geheim@nowhere.invalid/db"}}) {
    const CommandResult result = Fencepost(arguments);
    EXPECT_THAT(result.out + result.err, Not(HasSubstr("geheim")));
  }
}

TEST_F(Stores, AWrongStoreGetsOneClearError) {
  const auto error = [](const std::string& store) {
    const CommandResult result =
        Fencepost({"fuzz", "shutdown-vs-refresh", "--seed-count", "1", "--store", store});
    EXPECT_EQ(result.exit_code, 2) << store;
    EXPECT_TRUE(result.out.empty()) << store;
    return result.err;
  };
  EXPECT_THAT(error("mysql://host/db"), HasSubstr("use sim, sqlite:PATH or a PostgreSQL URI"));
  EXPECT_THAT(error("sqlite:"), HasSubstr("needs a path"));
  EXPECT_THAT(error("sqlite:/nowhere/at/all"), HasSubstr("/nowhere/at does not exist"));
  EXPECT_THAT(error("postgres://nowhere.invalid/db"), HasSubstr("cannot connect to PostgreSQL"));
  WriteFile(path_, "this is no database, but long enough to look at its first page");
  EXPECT_THAT(error(Sqlite()), HasSubstr("is not a SQLite database"));
}

}  // namespace
}  // namespace fencepost::cli
