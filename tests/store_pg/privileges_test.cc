// The documented role can run the service, and cannot change the schema or empty it.

#include <gmock/gmock.h>

#include <fstream>
#include <sstream>

#include "store_pg/schema.h"
#include "tests/store_pg/fixture.h"

namespace fencepost::store_pg_test {
namespace {

std::string RolesSql() {
  std::ifstream file(FENCEPOST_ROLES_SQL);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

// A login of its own for this database; roles belong to the whole server.
class Privileges : public PgTest {
 protected:
  Privileges() : login_(database_.name() + "_service") {
    database_.Run(RolesSql());
    database_.Run("CREATE ROLE " + login_ + " LOGIN PASSWORD 'service' IN ROLE fencepost_service");
    options_ = database_.Options();
    options_.connection = database_.Uri("&user=" + login_ + "&password=service");
    service_ = Connect(options_);
  }
  ~Privileges() override { database_.Run("DROP ROLE " + login_); }

  std::string Denied(const std::string& sql) {
    try {
      pqxx::connection session(options_.connection);
      pqxx::nontransaction(session).exec(sql);
    } catch (const pqxx::insufficient_privilege&) {
      return "denied";
    } catch (const std::exception& thrown) {
      return thrown.what();
    }
    return "allowed";
  }

  const std::string login_;
  PgOptions options_;
  std::unique_ptr<PgStore> service_;
};

TEST_F(Privileges, TheServiceRuns) {
  auto cp = Start("cp-1", *service_);
  const WorkerLease lease = Hot(*cp);
  ASSERT_TRUE(service_->OpenSession(Held("t"), lease, absl::Minutes(1)).ok());
  EXPECT_TRUE(service_->DisconnectSession(Held("t"), absl::Minutes(1)).ok());
  EXPECT_TRUE(service_->ReclaimSession(Held("t"), lease, absl::Minutes(1)).ok());
  EXPECT_TRUE(service_->RenewSessions(cp->id(), {Held("t")}, absl::Minutes(1)).ok());
  EXPECT_TRUE(service_->CloseSession(Held("t")).ok());
  EXPECT_TRUE(service_->ExpireSessions().ok());
  EXPECT_TRUE((*cp)->Park(lease).landed());
  EXPECT_TRUE(service_->ClaimHotIdle(Claim(*cp)).ok());
  Idle(*cp);
  const auto claimed = service_->ClaimIdle(Claim(*cp));
  ASSERT_TRUE(claimed.ok()) << claimed.status();
  EXPECT_TRUE((*cp)->MarkLost(*claimed->lease, "test").landed());
  EXPECT_TRUE(service_->ListOwned(cp->id()).ok());
  EXPECT_TRUE(service_->ListOrphans(absl::ZeroDuration(), 10).ok());
  EXPECT_TRUE(service_->ListByStateAge(WorkerState::kHot, absl::ZeroDuration(), 10).ok());
  EXPECT_TRUE(service_->ListOtherImages({kImage}, 10).ok());
  EXPECT_TRUE(service_->ListParked(Org("org-a"), 10).ok());
  EXPECT_TRUE(service_->ListControlPlanes().ok());
  EXPECT_TRUE(service_->AcquireLeadership(cp->id(), absl::Minutes(1)).ok());
  EXPECT_TRUE(service_->ResignLeadership(cp->id(), Term{1}).ok());
  EXPECT_EQ(service_->ForgetWorkers(absl::ZeroDuration(), 10).value(), 1);
  EXPECT_TRUE(service_->BeginDrain(cp->id()).ok());
  EXPECT_TRUE(service_->Heartbeat(cp->id(), absl::Minutes(1)).ok());
  EXPECT_TRUE(service_->ExpireOverdueDrains(absl::Hours(1)).ok());
  EXPECT_TRUE(service_->DeregisterControlPlane(cp->id()).ok());
  EXPECT_TRUE(service_->ForgetControlPlanes(absl::ZeroDuration()).ok());
}

TEST_F(Privileges, TheSchemaIsNotItsOwn) {
  for (const char* sql :
       {"ALTER TABLE fencepost.workers ADD COLUMN more text", "DROP TABLE fencepost.sessions",
        "DROP SCHEMA fencepost CASCADE", "CREATE TABLE fencepost.more (x integer)",
        "CREATE FUNCTION fencepost.more() RETURNS integer LANGUAGE sql AS 'SELECT 1'",
        "DROP FUNCTION fencepost.look(bigint)", "CREATE INDEX ON fencepost.workers (pod_uid)",
        "TRUNCATE fencepost.workers CASCADE", "ALTER SEQUENCE fencepost.worker_ids RESTART",
        "SELECT setval('fencepost.worker_ids', 1)",
        "UPDATE fencepost.schema_version SET version = 2",
        "INSERT INTO fencepost.leadership (only_row, term, leader, until) VALUES (false, 1, 'x', "
        "now())"}) {
    EXPECT_EQ(Denied(sql), "denied") << sql;
  }
}

TEST_F(Privileges, ItMayNeitherMigrateNorErase) {
  EXPECT_EQ(EraseEverything(options_).code(), absl::StatusCode::kPermissionDenied);
  Database empty(Database::Schema::kNone);
  PgOptions options = options_;
  options.connection = empty.Uri("&user=" + login_ + "&password=service");
  EXPECT_EQ(Migrate(options).status().code(), absl::StatusCode::kPermissionDenied);
}

// What others may do in the database does not include the store.
TEST_F(Privileges, AStrangerGetsNothing) {
  const std::string stranger = database_.name() + "_stranger";
  database_.Run("CREATE ROLE " + stranger + " LOGIN");
  PgOptions options = options_;
  options.connection = database_.Uri("&user=" + stranger);
  EXPECT_EQ(PgStore::Connect(options).status().code(), absl::StatusCode::kPermissionDenied);
  database_.Run("DROP ROLE " + stranger);
}

}  // namespace
}  // namespace fencepost::store_pg_test
