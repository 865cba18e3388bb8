// Wrong arguments are refused before anything is looked at, and change nothing.

#include "tests/store_contract/store_contract.h"

namespace fencepost::store_contract {
namespace {

using enum WorkerState;

constexpr absl::Duration kNegative = -absl::Microseconds(1);

absl::Status StatusOf(const absl::Status& status) { return status; }
template <class T>
absl::Status StatusOf(const absl::StatusOr<T>& result) {
  return result.status();
}

#define EXPECT_INVALID(call) \
  EXPECT_EQ(StatusOf(call).code(), absl::StatusCode::kInvalidArgument) << #call

TEST_P(StoreContract, ListingsWantALimitAndNoNegativeAge) {
  for (const std::int64_t limit : {std::int64_t{0}, std::int64_t{-1}}) {
    EXPECT_INVALID(store.ListOrphans(kTtl, limit));
    EXPECT_INVALID(store.ListByStateAge(kHot, kTtl, limit));
    EXPECT_INVALID(store.ListOtherImages({}, limit));
    EXPECT_INVALID(store.ForgetWorkers(kTtl, limit));
  }
  EXPECT_INVALID(store.ListOrphans(kNegative, 1));
  EXPECT_INVALID(store.ListByStateAge(kHot, kNegative, 1));
  EXPECT_INVALID(store.ForgetWorkers(kNegative, 1));
  EXPECT_INVALID(store.ForgetControlPlanes(kNegative));
  EXPECT_INVALID(store.ListOwned(CpId()));
  EXPECT_INVALID(store.FindClaim(OperationId()));
}

TEST_P(StoreContract, CreatesAndClaimsWantAnOperationIdAnOwnerAnOrgAndAnImage) {
  ControlPlane& cp = Start("cp-1");
  const CreateRequest slot = Slot(cp, "org-a");
  const ClaimRequest claim = Claim(cp, "org-a");
  const auto create_with = [&](auto change) {
    CreateRequest request = slot;
    change(request);
    return store.CreateSlot(request);
  };
  const auto claim_with = [&](auto change) {
    ClaimRequest request = claim;
    change(request);
    return std::pair(store.ClaimIdle(request).status(), store.ClaimHotIdle(request).status());
  };
  EXPECT_INVALID(create_with([](CreateRequest& r) { r.id = OperationId(); }));
  EXPECT_INVALID(create_with([](CreateRequest& r) { r.owner = CpId(); }));
  EXPECT_INVALID(create_with([](CreateRequest& r) { r.image = Image(); }));
  const auto no_id = claim_with([](ClaimRequest& r) { r.id = OperationId(); });
  const auto no_owner = claim_with([](ClaimRequest& r) { r.new_owner = CpId(); });
  const auto no_org = claim_with([](ClaimRequest& r) { r.org = Org(); });
  const auto no_image = claim_with([](ClaimRequest& r) { r.image = Image(); });
  for (const auto& refused : {no_id, no_owner, no_org}) {
    EXPECT_INVALID(refused.first);
    EXPECT_INVALID(refused.second);
  }
  EXPECT_INVALID(no_image.first);
  EXPECT_TRUE(no_image.second.ok()) << "any image";
  EXPECT_FALSE(store.Observe(WorkerId{1})->has_value());
}

TEST_P(StoreContract, ControlPlanesWantANameAndNoNegativeTimes) {
  EXPECT_INVALID(store.RegisterControlPlane(CpId(), BootId{1}));
  EXPECT_INVALID(store.Heartbeat(CpId(), kTtl));
  EXPECT_INVALID(store.BeginDrain(CpId()));
  EXPECT_INVALID(store.DeregisterControlPlane(CpId()));
  EXPECT_INVALID(store.Heartbeat(Start("cp-1").id(), kNegative));
  EXPECT_INVALID(store.ExpireControlPlanes(kNegative));
  EXPECT_INVALID(store.ExpireOverdueDrains(kNegative));
}

TEST_P(StoreContract, SessionsAndLeadershipWantANameAndATtl) {
  ControlPlane& cp = Start("cp-1");
  const WorkerLease lease = MakeWorker(cp, kHot);
  const SessionHandle session = Held("s");
  ASSERT_TRUE(store.OpenSession(session, lease, kTtl).ok());
  for (const absl::Duration ttl : {absl::ZeroDuration(), kNegative}) {
    EXPECT_INVALID(store.OpenSession(Held("t"), lease, ttl));
    EXPECT_INVALID(store.DisconnectSession(session, ttl));
    EXPECT_INVALID(store.ReclaimSession(session, lease, ttl));
    EXPECT_INVALID(store.RenewSessions(cp.id(), {session}, ttl));
    EXPECT_INVALID(store.AcquireLeadership(cp.id(), ttl));
  }
  const SessionHandle no_holder{session.id, {}};
  for (const SessionHandle& incomplete : {Held(""), Held("s", ""), no_holder}) {
    EXPECT_INVALID(store.OpenSession(incomplete, lease, kTtl));
    EXPECT_INVALID(store.DisconnectSession(incomplete, kTtl));
    EXPECT_INVALID(store.ReclaimSession(incomplete, lease, kTtl));
    EXPECT_INVALID(store.CloseSession(incomplete));
    EXPECT_INVALID(store.RenewSessions(cp.id(), {incomplete}, kTtl));
  }
  EXPECT_INVALID(store.FindSession(Held("").id));
  EXPECT_INVALID(store.FindSession(Held("s", "").id));
  EXPECT_INVALID(store.RenewSessions(CpId(), {session}, kTtl));
  EXPECT_INVALID(store.RenewSessions(cp.id(), {session, session}, kTtl));
  EXPECT_INVALID(store.RenewSessions(cp.id(), {Held("t"), session}, kTtl));
  EXPECT_INVALID(store.AcquireLeadership(CpId(), kTtl));
  EXPECT_INVALID(store.ResignLeadership(CpId(), Term{1}));
  EXPECT_EQ(RowOf(session).expires_at, now + kTtl);
}

TEST_P(StoreContract, TimesWithoutEndAreKept) {
  ControlPlane& cp = Start("cp-1");
  const WorkerLease lease = MakeWorker(cp, kHot);
  ASSERT_TRUE(cp->StampCredentials(lease, absl::InfiniteFuture()).landed());
  EXPECT_EQ(RowOf(lease).credentials_expiry, absl::InfiniteFuture());
  ASSERT_TRUE(cp->StampCredentials(lease, absl::InfinitePast()).landed());
  EXPECT_EQ(RowOf(lease).credentials_expiry, absl::InfinitePast());
  ASSERT_TRUE(store.OpenSession(Held("s"), lease, absl::InfiniteDuration()).ok());
  EXPECT_EQ(RowOf(Held("s")).expires_at, absl::InfiniteFuture());
  ASSERT_TRUE(cp->StampCredentials(lease, absl::UnixEpoch() - absl::Microseconds(1)).landed());
  EXPECT_EQ(RowOf(lease).credentials_expiry, absl::UnixEpoch() - absl::Microseconds(1));
}

TEST_P(StoreContract, TimesAreKeptToTheMicrosecondRoundedDown) {
  ControlPlane& cp = Start("cp-1");
  const WorkerLease lease = MakeWorker(cp, kHot);
  for (const absl::Time exact : {now, absl::UnixEpoch() - kTick}) {
    ASSERT_TRUE(cp->StampCredentials(lease, exact + absl::Nanoseconds(999)).landed());
    EXPECT_EQ(RowOf(lease).credentials_expiry, exact);
  }
  const absl::Duration ttl = absl::Seconds(1) + absl::Nanoseconds(999);
  ASSERT_TRUE(store.OpenSession(Held("s"), lease, ttl).ok());
  EXPECT_EQ(RowOf(Held("s")).expires_at, now + absl::Seconds(1));
  EXPECT_EQ(store.AcquireLeadership(cp.id(), ttl)->until, now + absl::Seconds(1));
}

}  // namespace
}  // namespace fencepost::store_contract
