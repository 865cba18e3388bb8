// With a million workers a listing reads no more of them than it returns, on the plans that the
// store's own sessions make.

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "store_pg/connection.h"
#include "store_pg/listing_sql.h"
#include "tests/store_pg/database.h"

namespace fencepost::store_pg_test {
namespace {

constexpr int kLimit = 100;
// Skipping from one owner or image to the next, and finding the end of each.
constexpr double kSlack = 40;

struct Read {
  double returned = 0;
  double workers = 0;  // rows of the table looked at, filtered ones included
  std::string plan;
};

void Add(const nlohmann::json& node, Read& read) {
  if (node.value("Relation Name", "") == "workers") {
    const double rows = node.value("Actual Rows", 0.0) + node.value("Rows Removed by Filter", 0.0) +
                        node.value("Rows Removed by Index Recheck", 0.0);
    read.workers += rows * node.value("Actual Loops", 0.0);
    EXPECT_NE(node.value("Node Type", ""), "Seq Scan");
  }
  for (const auto& child : node.value("Plans", nlohmann::json::array())) Add(child, read);
}

class ListingPlan : public testing::Test {
 protected:
  // A million workers: 20 control planes of which the last is long dead, 1,000 orgs, ten images of
  // which the last is old, and nine in ten workers retired.
  void MakeAMillionWorkers() {
    database_.Run(R"sql(
      INSERT INTO fencepost.control_planes (cp_id, boot_id, state, expiry_cause, heartbeat_at,
                                            expired_at)
      SELECT 'cp-' || lpad(i::text, 2, '0'), i, CASE i WHEN 19 THEN 'expired' ELSE 'active' END,
             CASE i WHEN 19 THEN 'missed_heartbeat' ELSE 'none' END, now(),
             CASE i WHEN 19 THEN now() - interval '1 day' ELSE 'infinity' END
      FROM generate_series(0, 19) i;
      INSERT INTO fencepost.workers (worker_id, image, state, org, owner_cp, owner_epoch, revision,
                                     operation_boot, operation_sequence, created_at, updated_at,
                                     state_since)
      SELECT i, 'image-' || (i / 10) % 10, state,
             CASE WHEN state IN ('idle', 'spawning') THEN '' ELSE 'org-' || (i / 10) % 1000 END,
             'cp-' || lpad(((i / 10) % 20)::text, 2, '0'), 1, 1, 1, i, now(), now(),
             now() - i * interval '1 second'
      FROM (SELECT i, CASE WHEN i % 10 <> 0 THEN 'retired'
                           ELSE (ARRAY['spawning', 'idle', 'hot', 'hot_idle', 'hot', 'reserved',
                                       'activating', 'draining', 'idle', 'hot'])
                                [1 + (i / 1000) % 10] END AS state
            FROM generate_series(1, 1000000) i) w;
    )sql");
  }

  Read Explain(const pg::Statement& statement, const std::string& values) {
    const PgOptions options = database_.Options();
    const auto where = pg::ConnectionString::Parse(options.connection);
    auto session = pg::Connection::Open(*where, options).value();
    EXPECT_TRUE(session->ExecuteScript(absl::StrCat("PREPARE q AS ", statement.sql)).ok());
    pg::Failure failure;
    const pqxx::result result = session->Execute(
        {"explain", absl::StrCat("EXPLAIN (ANALYZE, FORMAT JSON) EXECUTE q", values)}, {}, failure);
    EXPECT_TRUE(failure.status.ok()) << failure.status;
    Read read;
    read.plan = result[0][0].c_str();
    const nlohmann::json plan = nlohmann::json::parse(read.plan)[0]["Plan"];
    read.returned = plan.value("Actual Rows", 0.0);
    Add(plan, read);
    return read;
  }

  // Of the workers' table, by a statement that is then undone.
  std::int64_t RowsFetched(const std::string& sql) {
    const PgOptions options = database_.Options();
    const auto where = pg::ConnectionString::Parse(options.connection);
    auto session = pg::Connection::Open(*where, options).value();
    EXPECT_TRUE(session->ExecuteScript(absl::StrCat("BEGIN; ", sql)).ok());
    pg::Failure failure;
    const pqxx::result result =
        session->Execute({"fetched",
                          "SELECT seq_tup_read + idx_tup_fetch FROM pg_stat_xact_user_tables"
                          " WHERE relname = 'workers'"},
                         {}, failure);
    EXPECT_TRUE(failure.status.ok()) << failure.status;
    return result[0][0].as<std::int64_t>();
  }

  // With the planner knowing nothing of the tables, and knowing all.
  void ExpectNoMoreThanReturned(const pg::Statement& statement, const std::string& values,
                                double returned = kLimit) {
    for (const char* statistics : {"DELETE FROM pg_statistic", "ANALYZE"}) {
      database_.Run(statistics);
      const Read read = Explain(statement, values);
      EXPECT_EQ(read.returned, returned) << read.plan;
      EXPECT_LE(read.workers, returned + kSlack) << statistics << read.plan;
    }
  }

  Database database_;
};

// One test, because making the rows is what takes its time.
TEST_F(ListingPlan, NoListingReadsMoreThanItReturns) {
  MakeAMillionWorkers();
  const std::string limit = absl::StrCat(kLimit);
  for (const char* state : {"hot_idle", "spawning", "retired"}) {
    ExpectNoMoreThanReturned(pg::ListByStateAgeStatement(),
                             absl::StrCat("('", state, "', '1 hour', ", limit, ")"));
  }
  const pg::Statement& orphans = pg::ListOrphansStatement();
  ExpectNoMoreThanReturned(orphans, absl::StrCat("('30 s', ", limit, ")"));
  ExpectNoMoreThanReturned(orphans, absl::StrCat("('2 days', ", limit, ")"), 0);

  const std::string nine =
      "image-0,image-1,image-2,image-3,image-4,image-5,image-6,image-7,image-8";
  const pg::Statement& images = pg::ListOtherImagesStatement();
  ExpectNoMoreThanReturned(images, absl::StrCat("('{", nine, "}', ", limit, ")"));
  ExpectNoMoreThanReturned(images, absl::StrCat("('{", nine, ",image-9}', ", limit, ")"), 0);

  ExpectNoMoreThanReturned(pg::ListParkedStatement(), "('org-350', 1000)", 100);
  ExpectNoMoreThanReturned(pg::ListOwnedStatement(), "('cp-07')", 5000);
  ExpectNoMoreThanReturned(pg::ObserveStatement(), "(777)", 1);
  ExpectNoMoreThanReturned(pg::ObserveAllStatement(), "('{777, 5, 900000, -1}')", 3);
  ExpectNoMoreThanReturned(pg::FindClaimStatement(), "(1, 10000)", 1);

  // A claim does not walk along the ids, past what it does not want.
  database_.Run("ANALYZE");
  database_.Run("SELECT setval('fencepost.worker_ids', 2000000)");
  for (const char* claim :
       {"SELECT fencepost.claim_idle('cp-01', 'org-new', 'image-7', 5, 5, 1000)",
        "SELECT fencepost.claim_hot_idle('cp-01', 'org-7', '', 5, 5)",
        "SELECT fencepost.create_slot('cp-01', 'image-7', 'org-new', 5, 5, 1000, "
        "9223372036854775807, 0)"}) {
    EXPECT_LE(RowsFetched(claim), 100) << claim;
  }

  const std::string count = "SELECT count(*) FROM fencepost.workers";
  const int before = std::stoi(database_.Value(count));
  const Read forgotten =
      Explain(pg::ForgetWorkersStatement(), absl::StrCat("('1 hour', ", limit, ")"));
  EXPECT_EQ(before - std::stoi(database_.Value(count)), kLimit);
  // Found, locked, deleted.
  EXPECT_LE(forgotten.workers, 3 * kLimit + kSlack) << forgotten.plan;
}

}  // namespace
}  // namespace fencepost::store_pg_test
