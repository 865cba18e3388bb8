// Creates and claims: which row, for whom, within which caps.

#include "tests/store_contract/store_contract.h"

namespace fencepost::store_contract {
namespace {

using enum WorkerState;
using enum ClaimOutcome;

// ---- Creates -----------------------------------------------------------------------------------

TEST_P(StoreContract, ANewSlotIsARowOfItsOwnWithALease) {
  ControlPlane& cp = Start("cp-1");
  for (const char* org : {"org-a", ""}) {
    CreateRequest request = Slot(cp, org);
    request.warm_target = 1;
    const ClaimReply reply = store.CreateSlot(request).value();
    ASSERT_EQ(reply.outcome, kClaimed);
    const WorkerRow row = reply.row->row();
    WorkerRow expected;
    expected.worker_id = WorkerId{*org == '\0' ? 2 : 1};
    expected.pod_name = PodNameOf(expected.worker_id);
    expected.image = request.image;
    expected.org = Org(org);
    expected.owner_cp = cp.id();
    expected.owner_epoch = Epoch{1};
    expected.revision = Revision{1};
    expected.last_operation = request.id;
    expected.created_at = expected.updated_at = expected.state_since = now;
    EXPECT_EQ(row, expected);
    EXPECT_EQ(Look(row.worker_id).row(), expected);
    EXPECT_EQ(reply.lease->worker(), row.worker_id);
    EXPECT_EQ(reply.lease->owner(), cp.id());
    EXPECT_EQ(reply.lease->epoch(), Epoch{1});
  }
}

TEST_P(StoreContract, WorkerIdsRiseByOneAndARefusedCreateUsesNone) {
  ControlPlane& cp = Start("cp-1");
  CreateRequest capped = Slot(cp, "org-a");
  capped.caps.per_org = 0;
  EXPECT_EQ(Number(MakeWorker(cp, kSpawning).worker()), 1);
  EXPECT_EQ(store.CreateSlot(capped)->outcome, kOrgCap);
  EXPECT_EQ(Number(MakeWorker(cp, kSpawning).worker()), 2);
}

TEST_P(StoreContract, WorkerIdsAreNeverUsedAgain) {
  ControlPlane& cp = Start("cp-1");
  MakeWorker(cp, kRetired);
  MakeWorker(cp, kLost);
  ASSERT_EQ(store.ForgetWorkers(absl::ZeroDuration(), 10).value(), 2);
  EXPECT_EQ(Number(MakeWorker(cp, kSpawning).worker()), 3);
}

TEST_P(StoreContract, AnOrgsCapCountsItsActiveWorkers) {
  ControlPlane& cp = Start("cp-1");
  CreateRequest request = Slot(cp, "org-a");
  request.caps.per_org = 7;
  for (const WorkerState state : kAllWorkerStates) MakeWorker(cp, state, "org-a");
  MakeWorker(cp, kHot, "org-b");
  MakeUnboundIdle(cp);
  EXPECT_EQ(store.CreateSlot(request)->outcome, kOrgCap) << "seven states are active";
  request.caps.per_org = 8;
  EXPECT_EQ(store.CreateSlot(request)->outcome, kClaimed);
}

TEST_P(StoreContract, TheGlobalCapCountsEveryActiveWorker) {
  ControlPlane& cp = Start("cp-1");
  MakeWorker(cp, kHot, "org-a");
  MakeWorker(cp, kDraining, "org-b");
  MakeWorker(cp, kRetired, "org-b");
  MakeUnboundIdle(cp);
  CreateRequest org_slot = Slot(cp, "org-c");
  CreateRequest warm_slot = WarmSlot(cp, 10);
  org_slot.caps.global = warm_slot.caps.global = 3;
  EXPECT_EQ(store.CreateSlot(org_slot)->outcome, kGlobalCap);
  EXPECT_EQ(store.CreateSlot(warm_slot)->outcome, kGlobalCap);
  org_slot.caps.global = warm_slot.caps.global = 5;
  EXPECT_EQ(store.CreateSlot(org_slot)->outcome, kClaimed);
  EXPECT_EQ(store.CreateSlot(warm_slot)->outcome, kClaimed);
}

TEST_P(StoreContract, AWarmSlotIsMadeOnlyBelowTheTarget) {
  ControlPlane& cp = Start("cp-1");
  EXPECT_EQ(store.CreateSlot(WarmSlot(cp, 0))->outcome, kWarmTargetMet);
  MakeUnboundIdle(cp);             // counts
  MakeUnboundIdle(cp, "image-2");  // another image
  MakeWorker(cp, kIdle);           // an org's
  MakeWorker(cp, kSpawning);       // an org's
  EXPECT_EQ(store.CreateSlot(WarmSlot(cp, 1))->outcome, kWarmTargetMet);
  EXPECT_EQ(store.CreateSlot(WarmSlot(cp, 2))->outcome, kClaimed);  // spawning, counts
  EXPECT_EQ(store.CreateSlot(WarmSlot(cp, 2))->outcome, kWarmTargetMet);
  EXPECT_EQ(store.CreateSlot(WarmSlot(cp, 3))->outcome, kClaimed);
}

TEST_P(StoreContract, WarmSlotsOfGhostsDoNotCount) {
  ControlPlane& cp = Start("cp-1");
  ControlPlane& leaving = Start("cp-2");
  MakeUnboundIdle(leaving);
  ASSERT_TRUE(store.BeginDrain(leaving.id()).ok());
  EXPECT_EQ(store.CreateSlot(WarmSlot(cp, 1))->outcome, kWarmTargetMet) << "its owner lives";
  ASSERT_TRUE(store.DeregisterControlPlane(leaving.id()).ok());
  EXPECT_EQ(store.CreateSlot(WarmSlot(cp, 1))->outcome, kClaimed);
}

TEST_P(StoreContract, OnlyAnActiveControlPlaneBecomesAnOwner) {
  ControlPlane& cp = Start("cp-1");
  MakeUnboundIdle(cp);
  MakeWorker(cp, kHotIdle);
  ControlPlane stranger(store, "cp-stranger", 9);
  ControlPlane& draining = Start("cp-draining");
  ControlPlane& expired = Start("cp-expired");
  ASSERT_TRUE(store.BeginDrain(draining.id()).ok());
  ASSERT_TRUE(store.DeregisterControlPlane(expired.id()).ok());
  for (const ControlPlane* asking : {&stranger, &draining, &expired}) {
    EXPECT_EQ(store.CreateSlot(Slot(*asking, "org-a"))->outcome, kOwnerNotActive);
    EXPECT_EQ(store.CreateSlot(WarmSlot(*asking, 9))->outcome, kOwnerNotActive);
    EXPECT_EQ(store.ClaimIdle(Claim(*asking, "org-a"))->outcome, kOwnerNotActive);
    EXPECT_EQ(store.ClaimHotIdle(Claim(*asking, "org-a"))->outcome, kOwnerNotActive);
  }
}

TEST_P(StoreContract, TheFirstReasonAgainstACreateIsTold) {
  ControlPlane& cp = Start("cp-1");
  CreateRequest org_slot = Slot(cp, "org-a");
  CreateRequest warm_slot = WarmSlot(cp, 0);
  org_slot.caps = warm_slot.caps = {.per_org = 0, .global = 0};
  EXPECT_EQ(store.CreateSlot(org_slot)->outcome, kOrgCap);
  EXPECT_EQ(store.CreateSlot(warm_slot)->outcome, kGlobalCap);
  ASSERT_TRUE(store.BeginDrain(cp.id()).ok());
  EXPECT_EQ(store.CreateSlot(org_slot)->outcome, kOwnerNotActive);
}

// ---- Claims of idle workers --------------------------------------------------------------------

TEST_P(StoreContract, AClaimTakesTheLowestIdleWorkerOfTheImage) {
  ControlPlane& cp = Start("cp-1");
  ControlPlane& other = Start("cp-2");
  MakeUnboundIdle(cp, "image-2");
  MakeWorker(cp, kIdle, "org-b");
  MakeWorker(cp, kHotIdle, "org-a");
  const WorkerLease first = MakeUnboundIdle(cp);
  const WorkerLease own = MakeWorker(cp, kIdle, "org-a");
  const WorkerLease last = MakeUnboundIdle(cp);
  for (const WorkerLease& expected : {first, own, last}) {
    const WorkerRow before = RowOf(expected);
    Advance(absl::Seconds(1));
    const ClaimRequest request = Claim(other, "org-a");
    const ClaimReply reply = store.ClaimIdle(request).value();
    ASSERT_EQ(reply.outcome, kClaimed);
    WorkerRow after = before;
    after.state = kReserved;
    after.state_since = after.updated_at = now;
    after.org = Org("org-a");
    after.owner_cp = other.id();
    after.owner_epoch = Next(before.owner_epoch);
    after.revision = Next(before.revision);
    after.last_operation = request.id;
    EXPECT_EQ(reply.row->row(), after);
    EXPECT_EQ(RowOf(expected), after);
    EXPECT_EQ(reply.lease->epoch(), after.owner_epoch);
    EXPECT_EQ(reply.lease->owner(), other.id());
  }
  EXPECT_EQ(store.ClaimIdle(Claim(other, "org-a"))->outcome, kNoneAvailable);
}

TEST_P(StoreContract, AnOrgAtItsCapGetsOnlyTheIdleWorkersThatItHasAlready) {
  ControlPlane& cp = Start("cp-1");
  const WorkerLease unbound = MakeUnboundIdle(cp);
  const WorkerLease own = MakeWorker(cp, kIdle, "org-a");
  ClaimRequest request = Claim(cp, "org-a");
  request.caps.per_org = 1;
  const ClaimReply reply = store.ClaimIdle(request).value();
  ASSERT_EQ(reply.outcome, kClaimed);
  EXPECT_EQ(reply.lease->worker(), own.worker()) << "the lower id would be one more";
  request.id = NextOperation();
  EXPECT_EQ(store.ClaimIdle(request)->outcome, kOrgCap);
  request.caps.per_org = 2;
  EXPECT_EQ(store.ClaimIdle(request)->lease->worker(), unbound.worker());
}

TEST_P(StoreContract, AnOrgsCapIsToldBeforeThatNoneIsAvailable) {
  ControlPlane& cp = Start("cp-1");
  ClaimRequest request = Claim(cp, "org-a");
  request.caps.per_org = 0;
  EXPECT_EQ(store.ClaimIdle(request)->outcome, kOrgCap);
  EXPECT_EQ(store.ClaimHotIdle(request)->outcome, kNoneAvailable) << "it would add none";
}

TEST_P(StoreContract, TheGlobalCapIsNoMatterOfClaims) {
  ControlPlane& cp = Start("cp-1");
  MakeUnboundIdle(cp);
  ClaimRequest request = Claim(cp, "org-a");
  request.caps.global = 0;
  EXPECT_EQ(store.ClaimIdle(request)->outcome, kClaimed);
}

// ---- Claims of hot-idle workers ----------------------------------------------------------------

TEST_P(StoreContract, AParkedWorkerGoesToItsOwnOrgOnly) {
  ControlPlane& cp = Start("cp-1");
  ControlPlane& other = Start("cp-2");
  const WorkerLease parked = MakeWorker(cp, kHotIdle, "org-a");
  EXPECT_EQ(store.ClaimHotIdle(Claim(other, "org-b"))->outcome, kNoneAvailable);
  ClaimRequest request = Claim(other, "org-a");
  request.caps.per_org = 0;
  const ClaimReply reply = store.ClaimHotIdle(request).value();
  ASSERT_EQ(reply.outcome, kClaimed) << "it adds nothing to the org";
  EXPECT_EQ(reply.lease->worker(), parked.worker());
  EXPECT_EQ(reply.row->row().org, Org("org-a"));
  EXPECT_EQ(reply.row->row().owner_cp, other.id());
}

TEST_P(StoreContract, AClaimOfAParkedWorkerMayNameAnImage) {
  ControlPlane& cp = Start("cp-1");
  const WorkerLease first = MakeWorker(cp, kHotIdle, "org-a", "image-1");
  const WorkerLease second = MakeWorker(cp, kHotIdle, "org-a", "image-2");
  ClaimRequest request = Claim(cp, "org-a");
  request.image = Image("image-2");
  EXPECT_EQ(store.ClaimHotIdle(request)->lease->worker(), second.worker());
  request.id = NextOperation();
  EXPECT_EQ(store.ClaimHotIdle(request)->outcome, kNoneAvailable);
  request.image = Image();
  EXPECT_EQ(store.ClaimHotIdle(request)->lease->worker(), first.worker());
}

// ---- In doubt ----------------------------------------------------------------------------------

TEST_P(StoreContract, AClaimIsFoundByItsOperationWhileItIsTheLastChange) {
  ControlPlane& cp = Start("cp-1");
  const CreateRequest request = Slot(cp, "org-a");
  EXPECT_EQ(store.FindClaim(request.id)->outcome, kNoneAvailable);
  const ClaimReply made = store.CreateSlot(request).value();
  const ClaimReply found = store.FindClaim(request.id).value();
  ASSERT_EQ(found.outcome, kClaimed);
  EXPECT_EQ(found.row->row(), made.row->row());
  EXPECT_EQ(*found.lease, *made.lease);
  ASSERT_TRUE(cp->PublishIdle(*made.lease, PodUid("uid")).landed());
  EXPECT_EQ(store.FindClaim(request.id)->outcome, kNoneAvailable);

  const ClaimRequest claim = Claim(cp, "org-a");
  const ClaimReply claimed = store.ClaimIdle(claim).value();
  EXPECT_EQ(*store.FindClaim(claim.id)->lease, *claimed.lease);
}

TEST_P(StoreContract, OperationIdsOfTheHighestNumbersAreKept) {
  ControlPlane& cp = Start("cp-1");
  CreateRequest request = Slot(cp, "org-a");
  request.id = {.boot = BootId{~std::uint64_t{0}},
                .sequence = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())};
  const WorkerLease lease = *store.CreateSlot(request)->lease;
  EXPECT_EQ(RowOf(lease).last_operation, request.id);
  EXPECT_EQ(store.FindClaim(request.id)->outcome, kClaimed);
}

}  // namespace
}  // namespace fencepost::store_contract
