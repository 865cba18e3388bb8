// What an operation depends on beside its row cannot change between its look and its commit: each
// test has one side half done in an open transaction, and the other side waiting for it.

#include <gmock/gmock.h>

#include "absl/strings/str_cat.h"
#include "tests/store_pg/fixture.h"

namespace fencepost::store_pg_test {
namespace {

using enum TransitionOutcome;

std::string OpenSessionSql(const WorkerLease& lease) {
  return absl::StrCat("SELECT fencepost.open_session('org-a', 'token', 88, 1, ",
                      Number(lease.worker()), ", '", lease.owner().text(), "', ",
                      Number(lease.epoch()), ", '1 minute')");
}

class WriteSkew : public PgTest {
 protected:
  // An expired owner that a heartbeat may still revive, and what the janitor saw of its worker.
  WorkerSnapshot Orphan(ControlPlane& owner) {
    const WorkerId worker = Hot(owner).worker();
    EXPECT_EQ(store_->ExpireControlPlanes(absl::ZeroDuration()).value().size(), 1U);
    return *store_->Observe(worker).value();
  }
  // With no grace an expired owner is gone at once, though it may revive for a minute.
  static void NoGrace(ControlPlane& cp) { cp.config.orphan_grace = absl::ZeroDuration(); }
};

TEST_F(WriteSkew, ADrainThatSparesSessionsSeesTheOneThatHasJustBegun) {
  auto cp = Start("cp-1");
  const WorkerLease lease = Hot(*cp);
  Session client(database_);
  client.Begin(OpenSessionSql(lease));
  auto drained = UntilItWaits(
      database_, [&] { return (*cp)->Drain(lease, SessionRule::kSpareSessions, "").outcome; });
  client.Commit();
  EXPECT_EQ(drained.get(), kFenceMissSession);
  EXPECT_EQ(RowOf(lease).state, WorkerState::kHot);
}

TEST_F(WriteSkew, ADrainGoesOnWhenTheSessionCameToNothing) {
  auto cp = Start("cp-1");
  const WorkerLease lease = Hot(*cp);
  Session client(database_);
  client.Begin(OpenSessionSql(lease));
  auto drained = UntilItWaits(
      database_, [&] { return (*cp)->Drain(lease, SessionRule::kSpareSessions, "").outcome; });
  client.Rollback();
  EXPECT_EQ(drained.get(), kTransitioned);
}

TEST_F(WriteSkew, ParkingSeesTheSessionThatHasJustBegun) {
  auto cp = Start("cp-1");
  const WorkerLease lease = Hot(*cp);
  Session client(database_);
  client.Begin(OpenSessionSql(lease));
  auto parked = UntilItWaits(database_, [&] { return (*cp)->Park(lease).outcome; });
  client.Commit();
  EXPECT_EQ(parked.get(), kFenceMissSession);
}

TEST_F(WriteSkew, ASessionSeesTheDrainThatHasJustLanded) {
  auto cp = Start("cp-1");
  const WorkerLease lease = Hot(*cp);
  Session drain(database_);
  drain.Begin(absl::StrCat("SELECT fencepost.hold(", Number(lease.worker()), ", false, '0')"));
  drain.Run("UPDATE fencepost.workers SET state = 'draining', revision = revision + 1");
  auto opened = UntilItWaits(database_, [&] {
    return store_->OpenSession(Held("token"), lease, absl::Minutes(1)).value().outcome;
  });
  drain.Commit();
  EXPECT_EQ(opened.get(), kFenceMissState);
}

TEST_F(WriteSkew, TwoSessionsAtOnceAreOne) {
  auto cp = Start("cp-1");
  const WorkerLease lease = Hot(*cp);
  Session client(database_);
  client.Begin(OpenSessionSql(lease));
  auto second = UntilItWaits(database_, [&] {
    return store_->OpenSession(Held("second"), lease, absl::Minutes(1)).value().outcome;
  });
  client.Commit();
  EXPECT_EQ(second.get(), kFenceMissSession);
}

// A renewal counts from the moment when it holds the workers, and a parking waits for it.
TEST_F(WriteSkew, ParkingSeesTheRenewalOfASessionThatWasOver) {
  auto cp = Start("cp-1");
  const WorkerLease lease = Hot(*cp);
  ASSERT_TRUE(store_->OpenSession(Held("token"), lease, absl::Minutes(1)).ok());
  Session renewal(database_);
  renewal.Begin(
      "SELECT fencepost.renew_sessions('cp-1', '{org-a}', '{token}', '{88}', '{1}', '1 hour')");
  auto parked = UntilItWaits(database_, [&] { return (*cp)->Park(lease).outcome; });
  renewal.Commit();
  EXPECT_EQ(parked.get(), kFenceMissSession);
}

TEST_F(WriteSkew, AnOrphanRetireSeesTheHeartbeatThatRevivesTheOwner) {
  auto owner = Start("cp-1");
  const WorkerSnapshot orphan = Orphan(*owner);
  auto janitor = Start("cp-2");
  NoGrace(*janitor);
  Session heartbeat(database_);
  heartbeat.Begin("SELECT fencepost.heartbeat('cp-1', '1 minute')");
  auto retired =
      UntilItWaits(database_, [&] { return (*janitor)->RetireOrphan(orphan, "").outcome; });
  heartbeat.Commit();
  EXPECT_EQ(retired.get(), kFenceMissCpRevived);
}

TEST_F(WriteSkew, ATakeOverSeesTheHeartbeatThatRevivesTheOwner) {
  auto owner = Start("cp-1");
  const WorkerSnapshot orphan = Orphan(*owner);
  auto other = Start("cp-2");
  Session heartbeat(database_);
  heartbeat.Begin("SELECT fencepost.heartbeat('cp-1', '1 minute')");
  auto taken = UntilItWaits(database_, [&] { return (*other)->TakeOver(orphan).outcome; });
  heartbeat.Commit();
  EXPECT_EQ(taken.get(), kFenceMissCpRevived);
}

TEST_F(WriteSkew, AHeartbeatThatWouldReviveWaitsForTheOrphanRetire) {
  auto owner = Start("cp-1");
  const WorkerSnapshot orphan = Orphan(*owner);
  Session janitor(database_);
  janitor.Begin(
      absl::StrCat("SELECT fencepost.hold(", Number(orphan.row().worker_id), ", true, '0')"));
  auto revived = UntilItWaits(
      database_, [&] { return store_->Heartbeat(owner->id(), absl::Minutes(1)).value(); });
  janitor.Rollback();
  EXPECT_EQ(revived.get(), CpState::kActive);
}

TEST_F(WriteSkew, AnOrphanRetireSeesTheSessionThatWasReclaimed) {
  auto owner = Start("cp-1");
  const WorkerLease lease = Hot(*owner);
  const WorkerSnapshot orphan = *store_->Observe(lease.worker()).value();
  ASSERT_TRUE(store_->ExpireControlPlanes(absl::ZeroDuration()).ok());
  auto janitor = Start("cp-2");
  NoGrace(*janitor);
  Session client(database_);
  client.Begin(OpenSessionSql(lease));
  auto retired =
      UntilItWaits(database_, [&] { return (*janitor)->RetireOrphan(orphan, "").outcome; });
  client.Commit();
  EXPECT_EQ(retired.get(), kFenceMissSession);
}

// Else a shutdown's list of its own workers would miss the claim that lands after it.
TEST_F(WriteSkew, AClaimSeesTheDrainOfItsControlPlane) {
  auto cp = Start("cp-1");
  Idle(*cp);
  Session shutdown(database_);
  shutdown.Begin("SELECT fencepost.begin_drain('cp-1')");
  auto claimed =
      UntilItWaits(database_, [&] { return store_->ClaimIdle(Claim(*cp)).value().outcome; });
  shutdown.Commit();
  EXPECT_EQ(claimed.get(), ClaimOutcome::kOwnerNotActive);
}

TEST_F(WriteSkew, ADrainWaitsForTheClaimsOfItsControlPlane) {
  auto cp = Start("cp-1");
  auto other = Start("cp-2");
  const WorkerLease idle = Idle(*other);
  Session claim(database_);
  claim.Begin("SELECT fencepost.claim_idle('cp-1', 'org-a', 'image-1', 5, 5, 100)");
  auto drained = UntilItWaits(database_, [&] { return store_->BeginDrain(cp->id()); });
  claim.Commit();
  EXPECT_TRUE(drained.get().ok());
  const auto owned = store_->ListOwned(cp->id()).value();
  ASSERT_EQ(owned.size(), 1U);
  EXPECT_EQ(owned[0].lease.worker(), idle.worker());
}

// A worker whose owner has no row: a registration under that name waits, and is waited for.
TEST_F(WriteSkew, AnOrphanRetireSeesTheOwnerThatHasJustRegistered) {
  auto owner = Start("cp-1");
  const WorkerLease lease = Hot(*owner);
  const WorkerSnapshot orphan = *store_->Observe(lease.worker()).value();
  database_.Run("DELETE FROM fencepost.control_planes");
  auto janitor = Start("cp-2");
  Session late(database_);
  late.Begin("SELECT fencepost.register_control_plane('cp-1', 1)");
  auto retired =
      UntilItWaits(database_, [&] { return (*janitor)->RetireOrphan(orphan, "").outcome; });
  late.Commit();
  EXPECT_EQ(retired.get(), kFenceMissCpRevived);
}

}  // namespace
}  // namespace fencepost::store_pg_test
