// The pool is bounded, makes nobody wait for ever, and spares a server that cannot be reached.

#include "store_pg/pool.h"

#include <gmock/gmock.h>
#include <unistd.h>

#include <filesystem>
#include <thread>
#include <vector>

#include "core/rules/effect.h"
#include "tests/store_pg/fixture.h"

namespace fencepost::store_pg_test {
namespace {

using testing::HasSubstr;

class PoolTest : public PgTest {};

TEST_F(PoolTest, NeverHasMoreConnectionsThanItsSize) {
  PgOptions options = database_.Options();
  options.pool_size = 3;
  const auto store = Connect(options);
  auto cp = Start("cp-1", *store);
  const WorkerId worker = Hot(*cp).worker();
  std::vector<std::thread> threads;
  for (int i = 0; i < 12; ++i) {
    threads.emplace_back([&] {
      for (int call = 0; call < 50; ++call) EXPECT_TRUE(store->Observe(worker).ok());
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_LE(store->pool_figures().opened, 3);
  EXPECT_EQ(store->pool_figures().open, store->pool_figures().idle);
}

TEST_F(PoolTest, WhoWaitsInVainIsToldThatNothingHappened) {
  PgOptions options = database_.Options();
  options.pool_size = 1;
  options.pool_wait = absl::Milliseconds(50);
  const auto store = Connect(options);
  auto cp = Start("cp-1", *store);
  const WorkerLease lease = Hot(*cp);
  Session other(database_);
  other.Begin("SELECT FROM fencepost.workers FOR UPDATE");
  auto busy = UntilItWaits(
      database_, [&] { return (*cp)->StampCredentials(lease, absl::UnixEpoch()).outcome; });
  const absl::Status refused = store->Observe(lease.worker()).status();
  EXPECT_FALSE(MayHaveApplied(refused));
  EXPECT_THAT(std::string(refused.message()), HasSubstr("are busy"));
  other.Rollback();
  EXPECT_EQ(busy.get(), TransitionOutcome::kTransitioned);
  EXPECT_TRUE(store->Observe(lease.worker()).ok());
}

TEST(Pool, SparesAServerThatCannotBeReached) {
  PgOptions options;
  options.connection = "host=/nowhere/at/all";
  options.reconnect_backoff = absl::Hours(1);
  pg::Pool pool(*pg::ConnectionString::Parse(options.connection), options);
  EXPECT_FALSE(MayHaveApplied(pool.Borrow().status()));
  const absl::Status second = pool.Borrow().status();
  EXPECT_FALSE(MayHaveApplied(second));
  EXPECT_THAT(std::string(second.message()), HasSubstr("not tried again yet"));
  EXPECT_EQ(pool.figures().refused, 1);
}

TEST(Pool, TriesAgainWhenTheBackoffIsOver) {
  PgOptions options;
  options.connection = "host=/nowhere/at/all";
  options.reconnect_backoff = absl::ZeroDuration();
  options.reconnect_backoff_limit = absl::ZeroDuration();
  pg::Pool pool(*pg::ConnectionString::Parse(options.connection), options);
  for (int i = 0; i < 3; ++i) EXPECT_FALSE(pool.Borrow().ok());
  EXPECT_EQ(pool.figures().refused, 3);
  EXPECT_EQ(pool.figures().open, 0);
}

}  // namespace
}  // namespace fencepost::store_pg_test
