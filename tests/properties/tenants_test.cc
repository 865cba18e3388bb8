// tenant-isolation: where it holds, and each way in which it fires.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "properties/tenant_isolation.h"
#include "tests/properties/event_stream.h"

namespace fencepost::properties {
namespace {

using testing::HasSubstr;

class TenantIsolationTest : public testing::Test {
 protected:
  TenantIsolationTest() : stream_(property_) {}

  void Activate(const WorkerRow& row, const std::string& uid, const std::string& org) {
    const PodUid pod(uid);
    const Org tenant(org);
    stream_.Send(WorkerAccepted{row.worker_id, pod, "activate", row.owner_epoch, &tenant});
  }

  TenantIsolation property_;
  EventStream stream_;
};

TEST_F(TenantIsolationTest, HoldsWhenAnUnboundWorkerIsBoundOnce) {
  WorkerRow row = stream_.Create(1, "");
  stream_.Commit(Operation::kPublishIdle, row);
  stream_.Commit(Operation::kBeginActivation, row, {},
                 [](WorkerRow& changed) { changed.org = Org("org-a"); });
  Activate(row, "uid-1", "org-a");
  Activate(row, "uid-1", "org-a");
  EXPECT_EQ(Detail(property_), "");
}

TEST_F(TenantIsolationTest, FiresWhenTheRowChangesHands) {
  WorkerRow row = stream_.Create(1, "org-a");
  stream_.Commit(Operation::kPublishReserved, row, {},
                 [](WorkerRow& changed) { changed.org = Org("org-b"); });
  EXPECT_THAT(Detail(property_), HasSubstr("was org-a's and was given to org-b"));
}

TEST_F(TenantIsolationTest, HoldsWhenAnUntouchedWorkerGoesBackAndToAnotherOrg) {
  WorkerRow row = stream_.Create(1, "org-a");
  stream_.Commit(Operation::kPublishReserved, row);
  stream_.Commit(Operation::kReturnIdle, row);
  stream_.Commit(Operation::kBeginActivation, row, {},
                 [](WorkerRow& changed) { changed.org = Org("org-b"); });
  Activate(row, "uid-1", "org-b");
  EXPECT_EQ(Detail(property_), "");
}

TEST_F(TenantIsolationTest, FiresWhenTheRowForgetsItsTenant) {
  WorkerRow row = stream_.Create(1, "org-a");
  stream_.Commit(Operation::kPublishReserved, row);
  Activate(row, "uid-1", "org-a");
  stream_.Commit(Operation::kReturnIdle, row);
  EXPECT_THAT(Detail(property_), HasSubstr("was given to nobody"));
}

TEST_F(TenantIsolationTest, FiresWhenAWorkerIsActivatedForAnotherThanTheRows) {
  WorkerRow row = stream_.Create(1, "org-a");
  stream_.Commit(Operation::kPublishReserved, row);
  Activate(row, "uid-1", "org-b");
  EXPECT_EQ(Detail(property_), "worker 1 belongs to org-a and was activated for org-b");
}

TEST_F(TenantIsolationTest, FiresWhenOnePodServesTwo) {
  WorkerRow first = stream_.Create(1, "org-a");
  WorkerRow second = stream_.Create(2, "org-b");
  Activate(first, "uid-1", "org-a");
  Activate(second, "uid-1", "org-b");
  EXPECT_EQ(Detail(property_), "pod uid-1 has served org-a and was activated for org-b");
}

}  // namespace
}  // namespace fencepost::properties
