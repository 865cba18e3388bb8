// current-credentials and newer-epoch-only: where they hold, and each way in which they fire.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "properties/current_credentials.h"
#include "properties/newer_epoch_only.h"
#include "properties/one_owner.h"
#include "tests/properties/event_stream.h"

namespace fencepost::properties {
namespace {

using testing::HasSubstr;

TEST(CurrentCredentials, FiresWhenTheWorkerHasTakenNone) {
  CurrentCredentials property;
  EventStream stream(property);
  WorkerRow row = stream.Create(1);
  stream.Commit(Operation::kPublishReserved, row);
  stream.Commit(Operation::kBeginActivation, row);
  stream.Commit(Operation::kFinishActivation, row);
  EXPECT_THAT(Detail(property), HasSubstr("but the worker last took credentials never"));
}

TEST(CurrentCredentials, FiresWhenTheWorkerTookThemUnderAnOlderEpoch) {
  CurrentCredentials property;
  EventStream stream(property);
  WorkerRow row = stream.Create(1);
  MakeHot(stream, row);
  stream.Commit(Operation::kRefreshLease, row);
  stream.Commit(Operation::kStampCredentials, row);
  EXPECT_THAT(Detail(property), HasSubstr("last took credentials under epoch 1"));
}

TEST(CurrentCredentials, FiresWhenAStaleLeaseStamps) {
  CurrentCredentials property;
  EventStream stream(property);
  WorkerRow row = stream.Create(1);
  MakeHot(stream, row);
  stream.Commit(Operation::kStampCredentials, row,
                [](TransitionRequest& request) { request.believed_epoch = Epoch{7}; });
  EXPECT_THAT(Detail(property), HasSubstr("stamp_credentials under epoch 7 of cp-1 stamped"));
}

TEST(NewerEpochOnly, FiresWhenAnOlderEpochIsAccepted) {
  NewerEpochOnly property;
  EventStream stream(property);
  WorkerRow row = stream.Create(1);
  stream.Commit(Operation::kPublishReserved, row);
  row.owner_epoch = Epoch{3};
  stream.Accept(row, "check_health");
  stream.Accept(row, "check_health");
  EXPECT_EQ(Detail(property), "");
  row.owner_epoch = Epoch{2};
  stream.Accept(row, "update_credentials");
  EXPECT_EQ(Detail(property), "worker 1 accepted update_credentials of epoch 2 after epoch 3");
}

TEST(NewerEpochOnly, LetsANewPodBeginAnew) {
  NewerEpochOnly property;
  EventStream stream(property);
  WorkerRow row = stream.Create(1);
  row.owner_epoch = Epoch{3};
  stream.Accept(row);
  row.pod_uid = PodUid("uid-of-the-new-pod");
  row.owner_epoch = Epoch{1};
  stream.Accept(row);
  EXPECT_EQ(Detail(property), "");
}

TEST(OneOwner, FiresWhenTheExpiredAreGivenWorkers) {
  OneOwner property;
  EventStream stream(property);
  ControlPlaneRow cp;
  cp.cp_id = CpId("cp-1");
  cp.state = CpState::kExpired;
  stream.Send(ControlPlaneChanged{cp, CpState::kActive});
  stream.Create(1);
  EXPECT_THAT(Detail(property), HasSubstr("to a control plane that is expired"));
}

}  // namespace
}  // namespace fencepost::properties
