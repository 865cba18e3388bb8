// What each operation of the lifecycle asks the store for: the belief that it was given, the
// table's guards and target, and an operation id of its own.

#include <map>

#include "tests/core/choreography/rig.h"

namespace fencepost {
namespace {

const absl::Time kExpiry = absl::FromUnixSeconds(1'800'000'000);

// Keeps every request that is attempted.
class Requests : public EventObserver {
 public:
  std::vector<TransitionRequest> attempted;
  std::vector<std::pair<Operation, OperationId>> claims;
  void On(const Event& event) override {
    EXPECT_EQ(event.source, "cp-1");
    if (const auto* e = std::get_if<TransitionAttempted>(&event.body)) {
      attempted.push_back(e->request);
    }
    if (const auto* e = std::get_if<ClaimTold>(&event.body)) {
      claims.emplace_back(e->operation, e->id);
    }
  }
};

class RequestTest : public Rig {
 protected:
  RequestTest() {
    LifecycleParts parts = Parts();
    parts.boot = BootId{0xb007};
    parts.observer = &requests;
    tested = WorkerLifecycle::Create(parts).value();
  }

  // The request that `result`, which has just been told, was of.
  const TransitionRequest& Of(const TransitionResult&) { return requests.attempted.back(); }

  void ExpectBase(const TransitionRequest& request, Operation operation) {
    EXPECT_EQ(OperationName(request.operation), OperationName(operation));
    EXPECT_EQ(request.id.boot, BootId{0xb007});
    EXPECT_GT(request.id.sequence, last_sequence);
    last_sequence = request.id.sequence;
    EXPECT_EQ(request.target, OnlyTarget(RuleOf(operation)));
    EXPECT_EQ(request.guards, RuleOf(operation).guards);
  }
  void ExpectLease(const TransitionRequest& request, Operation operation, const WorkerLease& of) {
    ExpectBase(request, operation);
    EXPECT_EQ(request.worker, of.worker());
    EXPECT_EQ(request.believed_owner, of.owner());
    EXPECT_EQ(request.believed_epoch, of.epoch());
  }
  void ExpectSeen(const TransitionRequest& request, const WorkerRow& row) {
    EXPECT_EQ(request.worker, row.worker_id);
    EXPECT_EQ(request.believed_owner, row.owner_cp);
    EXPECT_EQ(request.believed_epoch, row.owner_epoch);
    EXPECT_EQ(StateName(request.believed_state), StateName(row.state));
    EXPECT_EQ(request.believed_revision, row.revision);
  }

  Requests requests;
  std::unique_ptr<WorkerLifecycle> tested;
  std::uint64_t last_sequence = 0;
};

TEST_F(RequestTest, OfTheOwnerNamesItsLeaseAndWhatIsWritten) {
  using enum Operation;
  const WorkerLease lease = Hot();
  const PodUid uid("uid-9");
  ExpectLease(Of(tested->PublishIdle(lease, uid)), kPublishIdle, lease);
  EXPECT_EQ(requests.attempted.back().pod_uid, uid);
  ExpectLease(Of(tested->PublishReserved(lease, uid)), kPublishReserved, lease);
  EXPECT_EQ(requests.attempted.back().pod_uid, uid);
  ExpectLease(Of(tested->BeginActivation(lease)), kBeginActivation, lease);
  ExpectLease(Of(tested->FinishActivation(lease, kExpiry)), kFinishActivation, lease);
  EXPECT_EQ(requests.attempted.back().credentials_expiry, kExpiry);
  ExpectLease(Of(tested->StampCredentials(lease, kExpiry)), kStampCredentials, lease);
  EXPECT_EQ(requests.attempted.back().credentials_expiry, kExpiry);
  ExpectLease(Of(tested->Park(lease)), kPark, lease);
  ExpectLease(Of(tested->RefreshLease(lease)), kRefreshLease, lease);
  ExpectLease(Of(tested->Drain(lease, SessionRule::kIgnoreSessions, "why")), kDrain, lease);
  EXPECT_EQ(requests.attempted.back().reason, "why");
  ExpectLease(Of(tested->RetireDrained(lease, "then")), kRetireDrained, lease);
  EXPECT_EQ(requests.attempted.back().reason, "then");
  ExpectLease(Of(tested->MarkLost(lease, "lost it")), kMarkLost, lease);
  EXPECT_EQ(requests.attempted.back().reason, "lost it");
}

TEST_F(RequestTest, ToDrainSparesSessionsOnlyWhenAskedTo) {
  const WorkerLease lease = Hot();
  const TransitionResult sparing = tested->Drain(lease, SessionRule::kSpareSessions, "why");
  EXPECT_TRUE(Of(sparing).guards.Has(Guard::kNoLiveSession));
  const TransitionResult not_sparing = tested->Drain(lease, SessionRule::kIgnoreSessions, "why");
  EXPECT_FALSE(Of(not_sparing).guards.Has(Guard::kNoLiveSession));
}

TEST_F(RequestTest, FromASnapshotNamesAllThatWasSeen) {
  const WorkerSnapshot seen = Look(Hot().worker());
  ExpectBase(Of(tested->TakeOver(seen)), Operation::kTakeOver);
  ExpectSeen(requests.attempted.back(), seen.row());
  EXPECT_EQ(requests.attempted.back().new_owner, CpId("cp-1"));
  EXPECT_EQ(requests.attempted.back().orphan_grace, absl::ZeroDuration());

  ExpectBase(Of(tested->RetireOrphan(seen, "orphan")), Operation::kRetireOrphan);
  ExpectSeen(requests.attempted.back(), seen.row());
  EXPECT_EQ(requests.attempted.back().orphan_grace, config.orphan_grace);
  EXPECT_EQ(requests.attempted.back().reason, "orphan");

  ExpectBase(Of(tested->RetireIdleVariant(seen, "old")), Operation::kRetireIdleVariant);
  ExpectSeen(requests.attempted.back(), seen.row());
  EXPECT_EQ(requests.attempted.back().reason, "old");

  for (const WorkerState target : {WorkerState::kLost, WorkerState::kRetired}) {
    static_cast<void>(tested->RetireFromSnapshot(seen, target, "end"));
    EXPECT_EQ(requests.attempted.back().target, target);
    EXPECT_EQ(requests.attempted.back().reason, "end");
    ExpectSeen(requests.attempted.back(), seen.row());
  }
}

TEST_F(RequestTest, ToRetireIntoAnActiveStateIsADefectOfTheCaller) {
  const WorkerSnapshot seen = Look(Hot().worker());
  EXPECT_DEATH(static_cast<void>(tested->RetireFromSnapshot(seen, WorkerState::kIdle, "")),
               "a retirement ends in a terminal state");
}

// Creates and claims come from the same sequence as transitions, and are in the name of the
// control plane.
TEST_F(RequestTest, ForAWorkerNamesOwnerImageAndOrg) {
  const ClaimResult slot = tested->CreateOrgSlot(Org("org-a"), Image("image-1"));
  EXPECT_EQ(slot.row->row().owner_cp, CpId("cp-1"));
  EXPECT_EQ(slot.row->row().org, Org("org-a"));
  EXPECT_EQ(slot.row->row().image, Image("image-1"));
  const ClaimResult warm = tested->CreateWarmSlot(Image("image-2"), 1);
  EXPECT_EQ(warm.row->row().org, Org());
  EXPECT_EQ(tested->CreateWarmSlot(Image("image-2"), 1).outcome, ClaimOutcome::kWarmTargetMet);
  ASSERT_TRUE(tested->PublishIdle(*warm.lease, PodUid("uid")).landed());
  EXPECT_FALSE(tested->ClaimIdle(Org("org-b"), Image("image-1")).claimed());
  const ClaimResult idle = tested->ClaimIdle(Org("org-b"), Image("image-2"));
  EXPECT_EQ(idle.row->row().org, Org("org-b"));
  EXPECT_EQ(idle.lease->epoch(), Epoch{2});
  EXPECT_EQ(tested->ClaimHotIdle(Org("org-b"), Image()).outcome, ClaimOutcome::kNoneAvailable);

  const std::vector<std::pair<Operation, OperationId>> expected = {
      {Operation::kCreateOrgSlot, {BootId{0xb007}, 1}},
      {Operation::kCreateWarmSlot, {BootId{0xb007}, 2}},
      {Operation::kCreateWarmSlot, {BootId{0xb007}, 3}},
      {Operation::kClaimIdle, {BootId{0xb007}, 5}},
      {Operation::kClaimIdle, {BootId{0xb007}, 6}},
      {Operation::kClaimHotIdle, {BootId{0xb007}, 7}},
  };
  EXPECT_EQ(requests.claims, expected);
}

TEST_F(RequestTest, CarriesTheCapsOfTheConfiguration) {
  config.caps = {.per_org = 1, .global = 2};
  ASSERT_TRUE(tested->CreateOrgSlot(Org("org-a"), Image("i")).claimed());
  EXPECT_EQ(tested->CreateOrgSlot(Org("org-a"), Image("i")).outcome, ClaimOutcome::kOrgCap);
  ASSERT_TRUE(tested->CreateWarmSlot(Image("i"), 9).claimed());
  EXPECT_EQ(tested->CreateWarmSlot(Image("i"), 9).outcome, ClaimOutcome::kGlobalCap);
}

}  // namespace
}  // namespace fencepost
