// caps-held: where it holds, and each way in which it fires.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "properties/caps_held.h"
#include "tests/properties/event_stream.h"

namespace fencepost::properties {
namespace {

using testing::HasSubstr;

class CapsHeldTest : public testing::Test {
 protected:
  CapsHeldTest() : stream_(property_) { property_.Watch(&config_); }

  void ControlPlane(CpState state) {
    ControlPlaneRow row;
    row.cp_id = CpId("cp-1");
    row.state = state;
    stream_.Send(ControlPlaneChanged{row, std::nullopt});
  }

  Config config_;
  CapsHeld property_;
  EventStream stream_;
};

TEST_F(CapsHeldTest, FiresBeyondTheCapOfAnOrg) {
  config_.caps.per_org = 2;
  stream_.Create(1, "org-a");
  stream_.Create(2, "org-b");
  stream_.Create(3, "org-a");
  EXPECT_EQ(Detail(property_), "");
  stream_.Create(4, "org-a");
  EXPECT_THAT(Detail(property_), HasSubstr("org org-a has 3 active workers"));
}

TEST_F(CapsHeldTest, CountsParkedWorkersAndForgetsEndedOnes) {
  config_.caps.per_org = 1;
  WorkerRow row = stream_.Create(1, "org-a");
  MakeHot(stream_, row);
  stream_.Commit(Operation::kPark, row);
  stream_.Commit(Operation::kRetireIdleVariant, row);
  WorkerRow next = stream_.Create(2, "org-a");
  EXPECT_EQ(Detail(property_), "");
  MakeHot(stream_, next);
  stream_.Commit(Operation::kPark, next);
  stream_.Create(3, "org-a");
  EXPECT_THAT(Detail(property_), HasSubstr("its cap is 1"));
}

TEST_F(CapsHeldTest, FiresWhenAClaimBindsOneTooMany) {
  config_.caps.per_org = 1;
  stream_.Create(1, "org-a");
  WorkerRow idle = stream_.Create(2, "");
  stream_.Commit(Operation::kPublishIdle, idle);
  const WorkerRow before = idle;
  idle.org = Org("org-a");
  idle.state = WorkerState::kReserved;
  stream_.Send(RowCommitted{Operation::kClaimIdle, stream_.NextId(), nullptr, &before, idle, {}});
  EXPECT_THAT(Detail(property_), HasSubstr("org org-a has 2 active workers"));
}

TEST_F(CapsHeldTest, FiresBeyondTheGlobalCap) {
  config_.caps.global = 2;
  stream_.Create(1, "org-a");
  stream_.Create(2, "");
  EXPECT_EQ(Detail(property_), "");
  stream_.Create(3, "org-c");
  EXPECT_THAT(Detail(property_), HasSubstr("there are 3 active workers"));
}

TEST_F(CapsHeldTest, FiresBeyondTheWarmTarget) {
  config_.warm_target[Image("image-1")] = 1;
  ControlPlane(CpState::kActive);
  stream_.Create(1, "");
  EXPECT_EQ(Detail(property_), "");
  stream_.Create(2, "");
  EXPECT_THAT(Detail(property_), HasSubstr("there are 2 idle workers or spawns"));
}

TEST_F(CapsHeldTest, CountsNoSlotsOfAnExpiredOwnerAsWarm) {
  config_.warm_target[Image("image-1")] = 1;
  ControlPlane(CpState::kActive);
  stream_.Create(1, "");
  ControlPlane(CpState::kExpired);
  stream_.Create(2, "");
  EXPECT_EQ(Detail(property_), "");
}

}  // namespace
}  // namespace fencepost::properties
