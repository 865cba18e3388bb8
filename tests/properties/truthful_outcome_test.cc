// truthful-outcome: each lie that a store or the lifecycle could tell.

#include "properties/truthful_outcome.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/rules/effect.h"
#include "tests/properties/event_stream.h"

namespace fencepost::properties {
namespace {

using testing::HasSubstr;
using enum TransitionOutcome;

class TruthfulOutcomeTest : public testing::Test {
 protected:
  TruthfulOutcomeTest() : stream_(property_), row_(stream_.Create(1)) { MakeHot(stream_, row_); }

  void TellClaim(Operation operation, OperationId id, absl::StatusOr<ClaimReply> reply) {
    stream_.Send(ClaimTold{operation, id, reply});
  }

  TruthfulOutcome property_;
  EventStream stream_;
  WorkerRow row_;
};

TEST_F(TruthfulOutcomeTest, HoldsWhenTheTruthIsTold) {
  const TransitionRequest landed = stream_.Commit(Operation::kPark, row_);
  stream_.Told(landed, kTransitioned);
  TransitionRequest stale = stream_.Request(Operation::kDrain, row_);
  stale.believed_epoch = Epoch{7};
  stream_.Refused(stale, kFenceMissEpoch, &row_);
  stream_.Told(stale, kFenceMissEpoch);
  const TransitionRequest unsent = stream_.Request(Operation::kDrain, row_);
  stream_.Told(unsent, kStoreError);
  EXPECT_EQ(Detail(property_), "");
}

TEST_F(TruthfulOutcomeTest, InDoubtIsNeverALie) {
  const TransitionRequest landed = stream_.Commit(Operation::kPark, row_);
  stream_.Told(landed, kInDoubt);
  stream_.Told(stream_.Request(Operation::kDrain, row_), kInDoubt);
  EXPECT_EQ(Detail(property_), "");
}

TEST_F(TruthfulOutcomeTest, FiresWhenALandingIsInvented) {
  stream_.Told(stream_.Request(Operation::kDrain, row_), kTransitioned);
  EXPECT_EQ(Detail(property_), "drain of worker 1 was told to have landed, and did not");
}

TEST_F(TruthfulOutcomeTest, FiresWhenALandingIsDenied) {
  for (const TransitionOutcome told : {kStoreError, kFenceMissEpoch, kRowMissing}) {
    property_.Reset();
    WorkerRow row = row_;
    const TransitionRequest landed = stream_.Commit(Operation::kPark, row);
    stream_.Told(landed, told);
    EXPECT_EQ(Detail(property_),
              "park of worker 1 landed, and its caller was told " + std::string(OutcomeName(told)));
  }
}

TEST_F(TruthfulOutcomeTest, FiresWhenTheToldReasonIsNotTheTrueOne) {
  TransitionRequest stale = stream_.Request(Operation::kDrain, row_);
  stale.believed_owner = CpId("cp-7");
  stream_.Refused(stale, kFenceMissOwner, &row_);
  stream_.Told(stale, kFenceMissEpoch);
  EXPECT_EQ(Detail(property_),
            "drain of worker 1 missed by fence_miss_owner, and its caller was "
            "told fence_miss_epoch");
}

TEST_F(TruthfulOutcomeTest, FiresWhenAMissNeverReachedTheStore) {
  stream_.Told(stream_.Request(Operation::kDrain, row_), kFenceMissState);
  EXPECT_THAT(Detail(property_), HasSubstr("although it never reached the store"));
}

// Every reason that a store can give is checked against the row, in the documented order.
TEST_F(TruthfulOutcomeTest, FiresWhenTheStoreNamesAWrongReason) {
  struct Case {
    Operation operation;
    void (*make)(TransitionRequest&, WorkerRow&);
    TransitionOutcome truth;
  };
  const Case kCases[] = {
      {Operation::kPublishIdle, [](TransitionRequest&, WorkerRow&) {}, kFenceMissState},
      {Operation::kDrain,
       [](TransitionRequest& request, WorkerRow&) {
         request.believed_owner = CpId("cp-7");
         request.believed_epoch = Epoch{7};
       },
       kFenceMissOwner},
      {Operation::kDrain,
       [](TransitionRequest& request, WorkerRow&) { request.believed_epoch = Epoch{7}; },
       kFenceMissEpoch},
      {Operation::kRetireFromSnapshot,
       [](TransitionRequest& request, WorkerRow&) { request.believed_revision = Revision{1}; },
       kFenceMissTouched},
      {Operation::kRetireFromSnapshot,
       [](TransitionRequest& request, WorkerRow&) {
         request.believed_revision = Revision{1};
         request.believed_state = WorkerState::kIdle;
       },
       kFenceMissState},
      {Operation::kDrain,
       [](TransitionRequest& request, WorkerRow& row) {
         row.last_operation = {request.id.boot, request.id.sequence + 1};
       },
       kFenceMissTouched},
      {Operation::kTakeOver,
       [](TransitionRequest& request, WorkerRow&) { request.believed_epoch = Epoch{7}; },
       kFenceMissEpoch},
      {Operation::kTakeOver, [](TransitionRequest&, WorkerRow&) {}, kFenceMissCpRevived},
      {Operation::kRefreshLease,
       [](TransitionRequest&, WorkerRow& row) {
         row.state = WorkerState::kIdle;
         row.org = Org();
       },
       kFenceMissState},
  };
  for (const Case& c : kCases) {
    WorkerRow row = row_;
    TransitionRequest request = stream_.Request(c.operation, row);
    c.make(request, row);
    property_.Reset();
    stream_.ControlPlane("cp-1", CpState::kActive);
    stream_.Refused(request, c.truth, &row);
    EXPECT_EQ(Detail(property_), "") << OperationName(c.operation);
    stream_.Refused(request, kRowMissing, &row);
    EXPECT_THAT(Detail(property_), HasSubstr("with row_missing, but the reason was " +
                                             std::string(OutcomeName(c.truth))));
  }
}

// The store may name a session only while one is open.
TEST_F(TruthfulOutcomeTest, FiresWhenTheStoreInventsASession) {
  const TransitionRequest park = stream_.Request(Operation::kPark, row_);
  stream_.Session(row_, SessionState::kReconnecting);
  stream_.Refused(park, kFenceMissSession, &row_);
  EXPECT_EQ(Detail(property_), "");
  stream_.Session(row_, SessionState::kClosed);
  stream_.Refused(park, kFenceMissSession, &row_);
  EXPECT_THAT(Detail(property_), HasSubstr("but the reason was transitioned"));
}

// The store may say that an owner lives only while its row is there. Whether an expired owner is
// within its grace depends on the store's clock.
TEST_F(TruthfulOutcomeTest, FiresWhenTheStoreInventsALivingOwner) {
  const TransitionRequest retire = stream_.Request(Operation::kRetireOrphan, row_);
  stream_.ControlPlane("cp-1", CpState::kExpired, absl::UnixEpoch());
  stream_.Refused(retire, kFenceMissCpRevived, &row_);
  EXPECT_EQ(Detail(property_), "");
  property_.Reset();
  stream_.Refused(retire, kFenceMissCpRevived, &row_);
  EXPECT_THAT(Detail(property_), HasSubstr("but the reason was transitioned"));
}

TEST_F(TruthfulOutcomeTest, FiresWhenTheStoreNamesASessionAlthoughTheOwnerLives) {
  stream_.ControlPlane("cp-1", CpState::kActive);
  stream_.Session(row_, SessionState::kActive);
  stream_.Refused(stream_.Request(Operation::kRetireOrphan, row_), kFenceMissSession, &row_);
  EXPECT_THAT(Detail(property_), HasSubstr("but the reason was fence_miss_cp_revived"));
}

TEST_F(TruthfulOutcomeTest, FiresWhenTheStoreRefusesWithoutReason) {
  stream_.Refused(stream_.Request(Operation::kDrain, row_), kFenceMissEpoch, &row_);
  EXPECT_THAT(Detail(property_), HasSubstr("but the reason was transitioned"));
}

TEST_F(TruthfulOutcomeTest, FiresWhenARowIsMissingAndTheStoreSaysOtherwise) {
  stream_.Refused(stream_.Request(Operation::kDrain, row_), kFenceMissState, nullptr);
  EXPECT_THAT(Detail(property_), HasSubstr("but the reason was row_missing"));
}

TEST_F(TruthfulOutcomeTest, FiresOnClaimsThatAreDenied) {
  const WorkerRow created = stream_.Create(2);
  TellClaim(Operation::kCreateOrgSlot, created.last_operation, ClaimReply{});
  EXPECT_EQ(Detail(property_), "create_org_slot landed, and its caller was told that it did not");
  property_.Reset();
  const WorkerRow another = stream_.Create(3);
  TellClaim(Operation::kCreateOrgSlot, another.last_operation, NotApplied("refused"));
  EXPECT_EQ(Detail(property_),
            "create_org_slot landed, and its caller was told that nothing was applied");
}

TEST_F(TruthfulOutcomeTest, AClaimInDoubtIsNoLie) {
  const WorkerRow created = stream_.Create(2);
  TellClaim(Operation::kCreateOrgSlot, created.last_operation, InDoubt("lost"));
  TellClaim(Operation::kClaimIdle, stream_.NextId(), InDoubt("lost"));
  TellClaim(Operation::kClaimIdle, stream_.NextId(), ClaimReply{});
  EXPECT_EQ(Detail(property_), "");
}

}  // namespace
}  // namespace fencepost::properties
