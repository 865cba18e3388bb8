// published-pod, fenced-secret and granted-lease: where they hold, and each way in which they fire.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "properties/fenced_secret.h"
#include "properties/granted_lease.h"
#include "properties/published_pod.h"
#include "tests/properties/event_stream.h"

namespace fencepost::properties {
namespace {

using testing::HasSubstr;

// ---- published-pod -----------------------------------------------------------------------------

TEST(PublishedPod, HoldsForAPodThatWasStartedForTheWorker) {
  PublishedPod property;
  EventStream stream(property);
  WorkerRow row = stream.Create(1);
  stream.StartPod(row);
  stream.Commit(Operation::kPublishReserved, row);
  stream.PodDies(row, "uid-1");
  stream.Commit(Operation::kMarkLost, row);
  EXPECT_EQ(Detail(property), "");
}

TEST(PublishedPod, FiresOnAPodThatWasNeverStarted) {
  PublishedPod property;
  EventStream stream(property);
  WorkerRow row = stream.Create(1);
  stream.Commit(Operation::kPublishReserved, row);
  EXPECT_THAT(Detail(property), HasSubstr("names pod uid-1, which was never started"));
}

TEST(PublishedPod, FiresOnThePodOfAnotherWorker) {
  PublishedPod property;
  EventStream stream(property);
  WorkerRow row = stream.Create(1);
  stream.StartPod(stream.Create(2));
  stream.Commit(Operation::kPublishReserved, row, {},
                [](WorkerRow& after) { after.pod_uid = PodUid("uid-2"); });
  EXPECT_THAT(Detail(property), HasSubstr("names pod uid-2, which is worker 2's"));
}

TEST(PublishedPod, ForgetsTheLastExecution) {
  PublishedPod property;
  EventStream stream(property);
  WorkerRow row = stream.Create(1);
  stream.StartPod(row);
  property.Reset();
  stream.Commit(Operation::kPublishReserved, row);
  EXPECT_THAT(Detail(property), HasSubstr("never started"));
}

// ---- fenced-secret -----------------------------------------------------------------------------

TEST(FencedSecret, HoldsForAWorkerThatIsFencedOrHasNoRow) {
  for (const Operation end : {Operation::kDrain, Operation::kMarkLost, Operation::kRetireOrphan}) {
    FencedSecret property;
    EventStream stream(property);
    WorkerRow row = stream.Create(1);
    stream.Commit(end, row);
    stream.Send(SecretDeleted{row.worker_id});
    stream.Send(SecretDeleted{WorkerId{9}});
    EXPECT_EQ(Detail(property), "");
  }
}

TEST(FencedSecret, FiresInEveryStateOfService) {
  const auto fires = [](const std::string& state, const std::vector<Operation>& life) {
    FencedSecret property;
    EventStream stream(property);
    WorkerRow row = stream.Create(1);
    for (const Operation operation : life) stream.Commit(operation, row);
    stream.Send(SecretDeleted{row.worker_id});
    EXPECT_EQ(Detail(property), "the secret of worker 1 was deleted while the worker was " + state);
  };
  fires("spawning", {});
  fires("idle", {Operation::kPublishIdle});
  fires("reserved", {Operation::kPublishReserved});
  fires("activating", {Operation::kPublishReserved, Operation::kBeginActivation});
}

TEST(FencedSecret, ForgetsTheLastExecution) {
  FencedSecret property;
  EventStream stream(property);
  stream.Create(1);
  property.Reset();
  stream.Send(SecretDeleted{WorkerId{1}});
  EXPECT_EQ(Detail(property), "");
}

// ---- granted-lease -----------------------------------------------------------------------------

class GrantedLeaseTest : public testing::Test {
 protected:
  GrantedLeaseTest() : stream_(property_), row_(stream_.Create(1)) {}

  void AcceptUnder(int epoch, std::string_view call) {
    const PodUid uid("uid-1");
    stream_.Send(WorkerAccepted{row_.worker_id, uid, call, Epoch{epoch}, nullptr});
  }

  GrantedLease property_;
  EventStream stream_;
  WorkerRow row_;
};

TEST_F(GrantedLeaseTest, HoldsThroughActivationAndRefresh) {
  MakeHot(stream_, row_);
  stream_.Accept(row_, "check_health");
  stream_.Commit(Operation::kRefreshLease, row_);
  stream_.Accept(row_, "update_credentials");
  stream_.Commit(Operation::kPark, row_);
  stream_.Accept(row_, "update_credentials");
  EXPECT_EQ(Detail(property_), "");
}

TEST_F(GrantedLeaseTest, FiresOnAnEpochThatNobodyWasGranted) {
  for (const std::string_view call : {"activate", "update_credentials", "check_health"}) {
    property_.Reset();
    row_ = stream_.Create(1);
    AcceptUnder(2, call);
    EXPECT_EQ(Detail(property_), "worker 1 accepted " + std::string(call) +
                                     " under epoch 2, but no lease after epoch 1 was granted");
  }
}

TEST_F(GrantedLeaseTest, FiresOnAnActivationThatTheRowDoesNotKnowOf) {
  stream_.Commit(Operation::kPublishReserved, row_);
  AcceptUnder(1, "activate");
  EXPECT_EQ(Detail(property_), "worker 1 accepted activate under epoch 1 while it was reserved");
}

TEST_F(GrantedLeaseTest, FiresOnCredentialsUnderneathAnActivation) {
  stream_.Commit(Operation::kPublishReserved, row_);
  stream_.Commit(Operation::kBeginActivation, row_);
  AcceptUnder(1, "update_credentials");
  EXPECT_THAT(Detail(property_), HasSubstr("update_credentials under epoch 1 while it was activ"));
}

TEST_F(GrantedLeaseTest, LeavesALateRepetitionOfAnActivationAlone) {
  MakeHot(stream_, row_);
  AcceptUnder(1, "activate");
  EXPECT_EQ(Detail(property_), "");
  stream_.Commit(Operation::kRefreshLease, row_);
  AcceptUnder(2, "activate");
  EXPECT_EQ(Detail(property_), "worker 1 accepted activate under epoch 2 while it was hot");
}

TEST_F(GrantedLeaseTest, LeavesLateCallsToTheWorkersOwnFence) {
  MakeHot(stream_, row_);
  stream_.Commit(Operation::kTakeOver, row_);
  AcceptUnder(1, "activate");
  AcceptUnder(1, "update_credentials");
  EXPECT_EQ(Detail(property_), "");
}

TEST_F(GrantedLeaseTest, LeavesAWorkerAloneThatWasEndedMeanwhile) {
  stream_.Commit(Operation::kPublishReserved, row_);
  stream_.Commit(Operation::kBeginActivation, row_);
  stream_.Commit(Operation::kRetireFromSnapshot, row_);
  AcceptUnder(1, "activate");
  EXPECT_EQ(Detail(property_), "");
}

}  // namespace
}  // namespace fencepost::properties
