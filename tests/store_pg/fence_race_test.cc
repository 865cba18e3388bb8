// A fenced transition that meets another writer in the middle: the fence is judged on the row as
// the other one left it, and the reply shows that row.

#include "absl/strings/str_cat.h"
#include "tests/store_pg/fixture.h"

namespace fencepost::store_pg_test {
namespace {

using enum TransitionOutcome;

class FenceRace : public PgTest {};

TEST_F(FenceRace, ALeaseThatIsOvertakenWhileItWaitsMisses) {
  auto cp = Start("cp-1");
  const WorkerLease lease = Hot(*cp);
  Session refresh(database_);
  refresh.Begin(
      "UPDATE fencepost.workers SET owner_epoch = owner_epoch + 1, revision = revision + 1");
  auto stamped =
      UntilItWaits(database_, [&] { return (*cp)->StampCredentials(lease, absl::UnixEpoch()); });
  refresh.Commit();
  const TransitionResult result = stamped.get();
  EXPECT_EQ(result.outcome, kFenceMissEpoch);
  EXPECT_EQ(result.row->row().owner_epoch, Next(lease.epoch()));
}

TEST_F(FenceRace, ALeaseThatHoldsAfterTheWaitLands) {
  auto cp = Start("cp-1");
  const WorkerLease lease = Hot(*cp);
  Session refresh(database_);
  refresh.Begin("UPDATE fencepost.workers SET owner_epoch = owner_epoch + 1");
  auto stamped = UntilItWaits(
      database_, [&] { return (*cp)->StampCredentials(lease, absl::UnixEpoch()).outcome; });
  refresh.Rollback();
  EXPECT_EQ(stamped.get(), kTransitioned);
}

TEST_F(FenceRace, ASnapshotThatIsTouchedWhileItWaitsMisses) {
  auto cp = Start("cp-1");
  const WorkerLease lease = Hot(*cp);
  const WorkerSnapshot seen = *store_->Observe(lease.worker()).value();
  Session stamp(database_);
  stamp.Begin("UPDATE fencepost.workers SET revision = revision + 1");
  auto retired = UntilItWaits(database_, [&] {
    return (*cp)->RetireFromSnapshot(seen, WorkerState::kRetired, "").outcome;
  });
  stamp.Commit();
  EXPECT_EQ(retired.get(), kFenceMissTouched);
}

TEST_F(FenceRace, AWorkerThatVanishesWhileItIsWaitedForIsMissing) {
  auto cp = Start("cp-1");
  const WorkerLease lease = Hot(*cp);
  Session forget(database_);
  forget.Begin("DELETE FROM fencepost.workers");
  auto parked = UntilItWaits(
      database_, [&] { return (*cp)->StampCredentials(lease, absl::UnixEpoch()).outcome; });
  forget.Commit();
  EXPECT_EQ(parked.get(), kRowMissing);
}

// The row does not fit when the UPDATE looks for it, and fits when the miss is to be classified:
// no reason would be true, so the transition is tried again.
TEST_F(FenceRace, ARowThatFitsAfterAllIsTriedAgain) {
  auto cp = Start("cp-1");
  const WorkerLease lease = Reserved(*cp);
  database_.Run(
      "CREATE OR REPLACE FUNCTION fencepost.look(wanted bigint) RETURNS SETOF fencepost.workers"
      " LANGUAGE plpgsql VOLATILE ROWS 1 AS $$ BEGIN"
      "  PERFORM pg_advisory_xact_lock_shared(1);"
      "  RETURN QUERY SELECT w.* FROM fencepost.workers w WHERE w.worker_id = wanted; END $$");
  Session test(database_);
  test.Begin("SELECT pg_advisory_xact_lock(1)");
  auto finished = UntilItWaits(
      database_, [&] { return (*cp)->FinishActivation(lease, absl::UnixEpoch()).outcome; });
  test.Run("UPDATE fencepost.workers SET state = 'activating', revision = revision + 1");
  test.Commit();
  EXPECT_EQ(finished.get(), kTransitioned);
  EXPECT_EQ(RowOf(lease).state, WorkerState::kHot);
}

TEST_F(FenceRace, AClaimPassesByWhatOthersHold) {
  auto cp = Start("cp-1");
  const WorkerLease first = Idle(*cp);
  const WorkerLease second = Idle(*cp);
  Session other(database_);
  other.Begin(absl::StrCat(
      "SELECT FROM fencepost.workers WHERE worker_id = ", Number(first.worker()), " FOR UPDATE"));
  const auto claimed = store_->ClaimIdle(Claim(*cp)).value();
  ASSERT_EQ(claimed.outcome, ClaimOutcome::kClaimed);
  EXPECT_EQ(claimed.lease->worker(), second.worker());
  EXPECT_EQ(store_->ClaimIdle(Claim(*cp)).value().outcome, ClaimOutcome::kNoneAvailable);
  other.Rollback();
  EXPECT_EQ(store_->ClaimIdle(Claim(*cp)).value().lease->worker(), first.worker());
}

TEST_F(FenceRace, AClaimPassesByTheOrgsOwnIdleWorkerThatOthersHold) {
  auto cp = Start("cp-1");
  const WorkerLease own = *(*cp)->CreateOrgSlot(kOrg, kImage).lease;
  ASSERT_TRUE((*cp)->PublishIdle(own, PodUid("uid")).landed());
  const WorkerLease unbound = Idle(*cp);
  Session other(database_);
  other.Begin(absl::StrCat("SELECT FROM fencepost.workers WHERE worker_id = ", Number(own.worker()),
                           " FOR UPDATE"));
  const auto claimed = store_->ClaimIdle(Claim(*cp)).value();
  ASSERT_EQ(claimed.outcome, ClaimOutcome::kClaimed);
  EXPECT_EQ(claimed.lease->worker(), unbound.worker());
}

}  // namespace
}  // namespace fencepost::store_pg_test
