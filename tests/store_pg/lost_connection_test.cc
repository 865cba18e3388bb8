// Connections that end: what was asked in them is in doubt, nothing is done twice, and the store
// goes on with new ones.

#include <gmock/gmock.h>

#include "absl/strings/str_cat.h"
#include "core/rules/effect.h"
#include "store_pg/pool.h"
#include "tests/store_pg/fixture.h"

namespace fencepost::store_pg_test {
namespace {

class LostConnection : public PgTest {
 protected:
  // Ends the one session that waits for a lock, and no other.
  void TerminateTheWaitingOne() {
    database_.Run(
        absl::StrCat("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '",
                     database_.name(), "' AND wait_event_type = 'Lock'"));
  }
};

TEST_F(LostConnection, AChangeIsInDoubt) {
  auto cp = Start("cp-1");
  Session other(database_);
  other.Begin("SELECT fencepost.create_slot('cp-1', 'image-1', 'org-a', 5, 5, 10, 10, 0)");
  auto created =
      UntilItWaits(database_, [&] { return store_->CreateSlot(Slot(*cp, kOrg, 10)).status(); });
  TerminateTheWaitingOne();
  const absl::Status status = created.get();
  EXPECT_EQ(status.code(), absl::StatusCode::kUnknown) << status;
  EXPECT_TRUE(MayHaveApplied(status));
}

TEST_F(LostConnection, ATransitionInDoubtIsSettledAndTakesEffectOnce) {
  auto cp = Start("cp-1");
  const WorkerLease lease = Hot(*cp);
  const Revision before = RowOf(lease).revision;
  Session other(database_);
  other.Begin("SELECT FROM fencepost.workers FOR UPDATE");
  auto refreshed = UntilItWaits(database_, [&] { return (*cp)->RefreshLease(lease); });
  TerminateTheWaitingOne();
  database_.Await("SELECT (" + Waiting(database_) + ") = 1");  // it tries again
  other.Rollback();
  const TransitionResult result = refreshed.get();
  ASSERT_TRUE(result.landed()) << result.error;
  EXPECT_EQ(RowOf(lease).revision, Next(before));
  EXPECT_EQ(store_->pool_figures().discarded, 1);
}

TEST_F(LostConnection, ALookIsSimplyRepeated) {
  auto cp = Start("cp-1");
  const WorkerLease lease = Hot(*cp);
  Session other(database_);
  other.Begin("LOCK TABLE fencepost.workers IN ACCESS EXCLUSIVE MODE");
  auto observed = UntilItWaits(database_, [&] { return store_->Observe(lease.worker()); });
  TerminateTheWaitingOne();
  other.Rollback();
  const auto snapshot = observed.get();
  ASSERT_TRUE(snapshot.ok()) << snapshot.status();
  EXPECT_TRUE(snapshot->has_value());
}

// Nothing was sent on them, so nothing is in doubt: they are found out before they are used.
TEST_F(LostConnection, IdleConnectionsAreReplacedUnnoticed) {
  auto cp = Start("cp-1");
  const WorkerLease lease = Hot(*cp);
  database_.TerminateBackends();
  EXPECT_TRUE((*cp)->StampCredentials(lease, absl::UnixEpoch()).landed());
  EXPECT_EQ(store_->pool_figures().discarded, 1);
}

TEST_F(LostConnection, ALockThatIsNotGrantedInTimeIsNotApplied) {
  auto cp = Start("cp-1");
  const WorkerLease lease = Hot(*cp);
  PgOptions options = database_.Options();
  options.lock_timeout = absl::Milliseconds(50);
  const auto impatient = Connect(options);
  auto again = std::make_unique<ControlPlane>(*impatient, "cp-1", 2);
  Session other(database_);
  other.Begin("SELECT FROM fencepost.workers FOR UPDATE");
  const TransitionResult result = (*again)->StampCredentials(lease, absl::UnixEpoch());
  EXPECT_EQ(result.outcome, TransitionOutcome::kStoreError);
  EXPECT_FALSE(MayHaveApplied(result.error)) << result.error;
  EXPECT_EQ(impatient->pool_figures().discarded, 0);
}

TEST_F(LostConnection, AStatementThatTakesTooLongIsNotApplied) {
  auto cp = Start("cp-1");
  const WorkerLease lease = Hot(*cp);
  PgOptions options = database_.Options();
  options.statement_timeout = absl::Milliseconds(50);
  const auto impatient = Connect(options);
  auto again = std::make_unique<ControlPlane>(*impatient, "cp-1", 2);
  Session other(database_);
  other.Begin("SELECT FROM fencepost.workers FOR UPDATE");
  const TransitionResult result = (*again)->StampCredentials(lease, absl::UnixEpoch());
  EXPECT_EQ(result.outcome, TransitionOutcome::kStoreError);
  EXPECT_FALSE(MayHaveApplied(result.error)) << result.error;
}

// Two renew the same two workers' sessions, one of them by hand and the wrong way round. The server
// ends the store's statement, which has waited for longer; it is undone, so it is repeated.
TEST_F(LostConnection, ADeadlockIsRetried) {
  auto cp = Start("cp-1");
  const WorkerLease first = Hot(*cp);
  const WorkerLease second = Hot(*cp);
  ASSERT_TRUE(store_->OpenSession(Held("a"), first, absl::Hours(1)).ok());
  ASSERT_TRUE(store_->OpenSession(Held("b"), second, absl::Hours(1)).ok());
  database_.Run("ALTER DATABASE " + database_.name() + " SET deadlock_timeout = '2s'");
  const auto store = Connect(database_.Options());
  Session other(database_);
  other.Run("SET deadlock_timeout = '1h'");
  const auto lock = [](const WorkerLease& lease) {
    return absl::StrCat("SELECT FROM fencepost.workers WHERE worker_id = ", Number(lease.worker()),
                        " FOR UPDATE");
  };
  other.Begin(lock(second));
  auto renewed = UntilItWaits(database_, [&] {
    return store->RenewSessions(cp->id(), {Held("a"), Held("b")}, absl::Hours(2));
  });
  other.Run(lock(first));  // comes back when the store's statement has been ended
  other.Commit();
  const absl::StatusOr<std::vector<SessionHandle>> lost = renewed.get();
  ASSERT_TRUE(lost.ok()) << lost.status();
  EXPECT_TRUE(lost->empty());
  EXPECT_EQ(database_.Value("SELECT deadlocks > 0 FROM pg_stat_database WHERE datname = '" +
                            database_.name() + "'"),
            "t");
}

}  // namespace
}  // namespace fencepost::store_pg_test
