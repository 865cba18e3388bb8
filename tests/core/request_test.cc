// Judge and Apply against an oracle that knows nothing of the table: every operation, in every
// state, with every belief right or wrong, beside every fact.
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "core/rules/request.h"

namespace fencepost {
namespace {

using enum Operation;
using enum TransitionOutcome;
using enum WorkerState;

const OperationId kId{BootId{0xb007}, 20};
const absl::Time kNow = absl::FromUnixSeconds(5'000);

WorkerRow Row(WorkerState state) {
  WorkerRow row;
  row.worker_id = WorkerId{7};
  row.pod_uid = PodUid("uid-old");
  row.state = state;
  row.org = Org("org-a");
  row.owner_cp = CpId("cp-1");
  row.owner_epoch = Epoch{3};
  row.revision = Revision{10};
  row.last_operation = OperationId{BootId{0xbad}, 99};
  row.updated_at = row.state_since = absl::FromUnixSeconds(1'000);
  return row;
}

// The request of somebody who has seen `row`.
TransitionRequest Request(Operation operation, const WorkerRow& row) {
  TransitionRequest request;
  request.operation = operation;
  request.id = kId;
  request.worker = row.worker_id;
  request.believed_owner = row.owner_cp;
  request.believed_epoch = row.owner_epoch;
  request.believed_state = row.state;
  request.believed_revision = row.revision;
  request.guards = RuleOf(operation).guards;
  request.target = OnlyTarget(RuleOf(operation));
  request.new_owner = CpId("cp-2");
  request.pod_uid = PodUid("uid-new");
  request.credentials_expiry = absl::FromUnixSeconds(9'000);
  request.reason = "why";
  return request;
}

// ---- The oracle --------------------------------------------------------------------------------

enum class Authority { kLease, kEpochOfADeadOwner, kSnapshot };

Authority AuthorityOf(Operation operation) {
  switch (operation) {
    case kTakeOver:
      return Authority::kEpochOfADeadOwner;
    case kRetireFromSnapshot:
    case kRetireOrphan:
    case kRetireIdleVariant:
      return Authority::kSnapshot;
    default:
      return Authority::kLease;
  }
}

bool StartsFrom(const TransitionRequest& request, const WorkerRow& row) {
  const WorkerState state = row.state;
  if (state == kRetired || state == kLost) return false;
  switch (request.operation) {
    case kPublishIdle:
    case kPublishReserved:
      return state == kSpawning;
    case kTakeOver:
    case kPark:
      return state == kHot;
    case kBeginActivation:
      return state == kReserved;
    case kFinishActivation:
      return state == kActivating;
    case kRefreshLease:
    case kStampCredentials:
      return state == kHot || state == kHotIdle || (state == kIdle && !row.org.empty());
    case kDrain:
    case kMarkLost:
      return state != kDraining;
    case kRetireDrained:
      return state == kDraining;
    case kRetireFromSnapshot:
      return request.target == kRetired || state != kDraining;
    case kRetireOrphan:
      return true;
    case kRetireIdleVariant:
      return state == kIdle || state == kHotIdle;
    default:
      return false;
  }
}

TransitionOutcome Oracle(const TransitionRequest& request, const WorkerRow& row,
                         const GuardFacts& facts) {
  if (!StartsFrom(request, row)) return kFenceMissState;
  const bool owner = row.owner_cp == request.believed_owner;
  const bool epoch = row.owner_epoch == request.believed_epoch;
  switch (AuthorityOf(request.operation)) {
    case Authority::kLease:
      if (!owner) return kFenceMissOwner;
      if (!epoch) return kFenceMissEpoch;
      break;
    case Authority::kEpochOfADeadOwner:
      if (!epoch) return kFenceMissEpoch;
      break;
    case Authority::kSnapshot:
      if (row.revision == request.believed_revision) break;
      if (row.state != request.believed_state) return kFenceMissState;
      if (!owner) return kFenceMissOwner;
      if (!epoch) return kFenceMissEpoch;
      return kFenceMissTouched;
  }
  const bool of_a_gone_owner = request.operation == kTakeOver || request.operation == kRetireOrphan;
  if (of_a_gone_owner && !facts.owner_gone) return kFenceMissCpRevived;
  const bool spares = request.operation == kPark || request.operation == kRetireOrphan ||
                      request.guards.Has(Guard::kNoLiveSession);
  return spares && facts.live_session ? kFenceMissSession : kTransitioned;
}

void ApplyByHand(const TransitionRequest& request, WorkerRow& row) {
  row.revision = Revision{Number(row.revision) + 1};
  row.last_operation = request.id;
  row.updated_at = kNow;
  const auto move_to = [&](WorkerState state) {
    row.state = state;
    row.state_since = kNow;
  };
  const auto end_in = [&](WorkerState state) {
    move_to(state);
    row.retire_reason = request.reason;
  };
  switch (request.operation) {
    case kPublishIdle:
      row.pod_uid = request.pod_uid;
      return move_to(kIdle);
    case kPublishReserved:
      row.pod_uid = request.pod_uid;
      return move_to(kReserved);
    case kTakeOver:
      row.owner_cp = request.new_owner;
      row.owner_epoch = Epoch{Number(row.owner_epoch) + 1};
      return move_to(kReserved);
    case kBeginActivation:
      row.activated_at = kNow;
      return move_to(kActivating);
    case kFinishActivation:
      row.credentials_expiry = request.credentials_expiry;
      return move_to(kHot);
    case kPark:
      return move_to(kHotIdle);
    case kRefreshLease:
      row.owner_epoch = Epoch{Number(row.owner_epoch) + 1};
      return;
    case kStampCredentials:
      row.credentials_expiry = request.credentials_expiry;
      return;
    case kDrain:
      return end_in(kDraining);
    case kMarkLost:
      return end_in(kLost);
    case kRetireFromSnapshot:
      return end_in(*request.target);
    default:
      return end_in(kRetired);
  }
}

void ExpectSameRow(const WorkerRow& row, const WorkerRow& expected) {
  EXPECT_EQ(row.worker_id, expected.worker_id);
  EXPECT_EQ(row.pod_uid, expected.pod_uid);
  EXPECT_EQ(StateName(row.state), StateName(expected.state));
  EXPECT_EQ(row.org, expected.org);
  EXPECT_EQ(row.owner_cp, expected.owner_cp);
  EXPECT_EQ(row.owner_epoch, expected.owner_epoch);
  EXPECT_EQ(row.revision, expected.revision);
  EXPECT_EQ(row.last_operation, expected.last_operation);
  EXPECT_EQ(row.retire_reason, expected.retire_reason);
  EXPECT_EQ(row.credentials_expiry, expected.credentials_expiry);
  EXPECT_EQ(row.created_at, expected.created_at);
  EXPECT_EQ(row.updated_at, expected.updated_at);
  EXPECT_EQ(row.state_since, expected.state_since);
  EXPECT_EQ(row.activated_at, expected.activated_at);
}

// ---- Every operation, state, belief and fact ---------------------------------------------------

class EveryOperation : public testing::TestWithParam<Operation> {
 protected:
  std::vector<std::optional<WorkerState>> Targets() const {
    if (GetParam() == kRetireFromSnapshot) return {kRetired, kLost};
    return {OnlyTarget(RuleOf(GetParam()))};
  }
  static WorkerState Another(WorkerState state) { return state == kHot ? kIdle : kHot; }
};

TEST_P(EveryOperation, IsJudgedAndAppliedAsTheLifecycleSays) {
  for (const WorkerState state : kAllWorkerStates) {
    for (const std::optional<WorkerState> target : Targets()) {
      // Right or wrong: owner, epoch, state, revision; then org, owner gone, session, sparing.
      for (unsigned bits = 0; bits < 256; ++bits) {
        const auto bit = [bits](unsigned n) { return ((bits >> n) & 1U) != 0; };
        WorkerRow row = Row(state);
        TransitionRequest request = Request(GetParam(), row);
        request.target = target;
        if (bit(0)) row.owner_cp = CpId("cp-9");
        if (bit(1)) row.owner_epoch = Epoch{4};
        if (bit(2)) request.believed_state = Another(state);
        if (bit(3)) row.revision = Revision{11};
        if (bit(4)) row.org = Org();
        if (bit(7) && RuleOf(GetParam()).may_spare_sessions) {
          request.guards = request.guards.With(Guard::kNoLiveSession);
        }
        const GuardFacts facts{.owner_gone = bit(5), .live_session = bit(6)};
        const TransitionOutcome outcome = Judge(request, &row, facts);
        ASSERT_EQ(OutcomeName(outcome), OutcomeName(Oracle(request, row, facts)))
            << StateName(state) << ", case " << bits;
        if (outcome != kTransitioned) continue;
        WorkerRow expected = row;
        ApplyByHand(request, expected);
        Apply(request, kNow, row);
        ExpectSameRow(row, expected);
      }
    }
  }
}

TEST_P(EveryOperation, MissesAnAbsentRow) {
  EXPECT_EQ(Judge(Request(GetParam(), Row(kHot)), nullptr, {}), kRowMissing);
}

// The request has landed before: nothing that has become of the beliefs since matters.
TEST_P(EveryOperation, SucceedsAgainWhenItWasTheLastToTakeEffect) {
  for (const WorkerState state : kAllWorkerStates) {
    WorkerRow row = Row(state);
    const TransitionRequest request = Request(GetParam(), row);
    row.last_operation = request.id;
    row.owner_cp = CpId("cp-9");
    row.owner_epoch = Epoch{9};
    row.revision = Revision{99};
    EXPECT_TRUE(AlreadyApplied(request, row));
    EXPECT_EQ(Judge(request, &row, {.owner_gone = false, .live_session = true}), kTransitioned);
  }
}

// A row at rest in the state that the operation keeps or leads to would match its beliefs again.
TEST_P(EveryOperation, IsNotTakenForAnotherOneThatLooksLikeIt) {
  WorkerRow row = Row(kHot);
  TransitionRequest request = Request(GetParam(), row);
  row.last_operation = OperationId{request.id.boot, request.id.sequence - 1};
  EXPECT_FALSE(AlreadyApplied(request, row));
  row.last_operation = OperationId{BootId{0xbad}, request.id.sequence};
  EXPECT_FALSE(AlreadyApplied(request, row));
}

INSTANTIATE_TEST_SUITE_P(Fenced, EveryOperation,
                         testing::Values(kPublishIdle, kPublishReserved, kTakeOver,
                                         kBeginActivation, kFinishActivation, kPark, kRefreshLease,
                                         kStampCredentials, kDrain, kRetireDrained, kMarkLost,
                                         kRetireFromSnapshot, kRetireOrphan, kRetireIdleVariant),
                         [](const auto& tested) {
                           return std::string(OperationName(tested.param));
                         });

// ---- At most once ------------------------------------------------------------------------------

// A stamp keeps state, owner and epoch: only the order of operations tells a late one.
TEST(LateOperation, OfTheSameProcessMissesOnceALaterOneHasLanded) {
  WorkerRow row = Row(kHot);
  const TransitionRequest late = Request(kStampCredentials, row);
  row.last_operation = OperationId{late.id.boot, late.id.sequence + 1};
  EXPECT_EQ(Judge(late, &row, {}), kFenceMissTouched);
}

TEST(LateOperation, IsOneOfTheSameBootOnly) {
  WorkerRow row = Row(kHot);
  const TransitionRequest request = Request(kStampCredentials, row);
  for (const std::uint64_t other : {0x1ULL, ~0ULL}) {
    row.last_operation = OperationId{BootId{other}, request.id.sequence + 1};
    EXPECT_EQ(Judge(request, &row, {}), kTransitioned);
  }
}

TEST(LateOperation, IsToldItsStaleLeaseFirst) {
  WorkerRow row = Row(kHot);
  const TransitionRequest late = Request(kRefreshLease, row);
  row.last_operation = OperationId{late.id.boot, late.id.sequence + 1};
  row.owner_epoch = Epoch{4};
  EXPECT_EQ(Judge(late, &row, {}), kFenceMissEpoch);
}

TEST(Claims, CompareNoBelief) {
  WorkerRow row = Row(kIdle);
  TransitionRequest request = Request(kClaimIdle, row);
  request.believed_owner = CpId("cp-9");
  request.believed_epoch = Epoch{9};
  EXPECT_EQ(Judge(request, &row, {}), kTransitioned);
  row.state = kHotIdle;
  EXPECT_EQ(Judge(request, &row, {}), kFenceMissState);
  Apply(Request(kClaimHotIdle, row), kNow, row);
  EXPECT_EQ(row.state, kReserved);
  EXPECT_EQ(row.owner_cp, CpId("cp-2"));
  EXPECT_EQ(row.owner_epoch, Epoch{4});
}

TEST(Target, ThatTheTableDoesNotHaveIsNeverReached) {
  for (const WorkerState state : kAllWorkerStates) {
    const WorkerRow row = Row(state);
    TransitionRequest request = Request(kRetireOrphan, row);
    request.target = kLost;
    EXPECT_EQ(Judge(request, &row, {.owner_gone = true, .live_session = false}), kFenceMissState);
  }
}

TEST(Target, ThatTheRowHasAlreadyStartsNoNewStay) {
  WorkerRow row = Row(kDraining);
  TransitionRequest request = Request(kRetireFromSnapshot, row);
  request.target = kDraining;
  Apply(request, kNow, row);
  EXPECT_EQ(row.state, kDraining);
  EXPECT_EQ(row.state_since, absl::FromUnixSeconds(1'000));
}

// ---- Gone owners -------------------------------------------------------------------------------

TEST(Owner, WithoutARowIsGone) { EXPECT_TRUE(OwnerIsGone(nullptr, absl::Hours(9), kNow)); }

TEST(Owner, IsNotGoneWhileItIsActiveOrDraining) {
  ControlPlaneRow owner;
  owner.expired_at = absl::InfinitePast();
  for (const CpState state : {CpState::kActive, CpState::kDraining}) {
    owner.state = state;
    EXPECT_FALSE(OwnerIsGone(&owner, absl::ZeroDuration(), kNow));
  }
}

TEST(Owner, IsGoneOnceItsGraceIsOverAndNotBefore) {
  ControlPlaneRow owner;
  owner.state = CpState::kExpired;
  owner.expired_at = kNow - absl::Seconds(30);
  EXPECT_TRUE(OwnerIsGone(&owner, absl::Seconds(30), kNow));
  EXPECT_TRUE(OwnerIsGone(&owner, absl::Seconds(29), kNow));
  EXPECT_FALSE(OwnerIsGone(&owner, absl::Seconds(30) + absl::Nanoseconds(1), kNow));
  EXPECT_FALSE(OwnerIsGone(&owner, absl::InfiniteDuration(), kNow));
  owner.expired_at = kNow;
  EXPECT_TRUE(OwnerIsGone(&owner, absl::ZeroDuration(), kNow));
}

}  // namespace
}  // namespace fencepost
