// Registration, heartbeats, draining, expiry, revival.

#include "tests/store_contract/store_contract.h"

namespace fencepost::store_contract {
namespace {

using enum WorkerState;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr absl::Duration kExpiry = absl::Seconds(20);
constexpr absl::Duration kGrace = absl::Seconds(30);

TEST_P(StoreContract, ARegistrationMakesAnActiveInstance) {
  ControlPlane& cp = Start("cp-1");
  ControlPlaneRow expected;
  expected.cp_id = cp.id();
  expected.boot_id = cp.boot();
  expected.heartbeat_at = now;
  EXPECT_EQ(RowOf(cp), expected);
}

TEST_P(StoreContract, ARepeatedRegistrationIsHarmlessAndAnotherBootIsRefused) {
  ControlPlane& cp = Start("cp-1");
  ASSERT_TRUE(store.BeginDrain(cp.id()).ok());
  const ControlPlaneRow before = RowOf(cp);
  Advance(absl::Seconds(1));
  EXPECT_TRUE(store.RegisterControlPlane(cp.id(), cp.boot()).ok());
  EXPECT_TRUE(absl::IsAlreadyExists(store.RegisterControlPlane(cp.id(), BootId{99})));
  EXPECT_EQ(RowOf(cp), before);
}

TEST_P(StoreContract, EveryBitOfABootIdIsKept) {
  ControlPlane cp(store, "cp-1", 0xfedc'ba98'7654'3210);
  ASSERT_TRUE(store.RegisterControlPlane(cp.id(), cp.boot()).ok());
  EXPECT_EQ(RowOf(cp).boot_id, BootId{0xfedc'ba98'7654'3210});
  EXPECT_TRUE(store.RegisterControlPlane(cp.id(), cp.boot()).ok());
}

TEST_P(StoreContract, ControlPlanesAreListedInTheOrderOfTheirNamesByteByByte) {
  for (const char* name : {"cp-2", "cp-10", "CP-3", "cp-é", "cp"}) Start(name);
  std::vector<std::string> names;
  const auto rows = store.ListControlPlanes();
  for (const ControlPlaneRow& row : *rows) names.push_back(row.cp_id.text());
  EXPECT_THAT(names, ElementsAre("CP-3", "cp", "cp-10", "cp-2", "cp-é"));
}

TEST_P(StoreContract, AHeartbeatExtendsAndTellsTheState) {
  ControlPlane& cp = Start("cp-1");
  Advance(kExpiry - kTick);
  EXPECT_EQ(store.Heartbeat(cp.id(), kGrace).value(), CpState::kActive);
  EXPECT_EQ(RowOf(cp).heartbeat_at, now);
  Advance(kExpiry - kTick);
  EXPECT_THAT(store.ExpireControlPlanes(kExpiry).value(), IsEmpty());
  Advance(kTick);
  EXPECT_THAT(store.ExpireControlPlanes(kExpiry).value(), ElementsAre(cp.id()));
  EXPECT_THAT(store.ExpireControlPlanes(kExpiry).value(), IsEmpty()) << "once";
}

TEST_P(StoreContract, AnUnknownControlPlaneIsNotFound) {
  const CpId nobody("nobody");
  EXPECT_TRUE(absl::IsNotFound(store.Heartbeat(nobody, kGrace).status()));
  EXPECT_TRUE(absl::IsNotFound(store.BeginDrain(nobody)));
  EXPECT_TRUE(absl::IsNotFound(store.DeregisterControlPlane(nobody)));
}

TEST_P(StoreContract, AHeartbeatNeverEndsADrain) {
  ControlPlane& cp = Start("cp-1");
  Advance(absl::Seconds(1));
  ASSERT_TRUE(store.BeginDrain(cp.id()).ok());
  const absl::Time began = now;
  EXPECT_EQ(RowOf(cp).draining_since, began);
  Advance(absl::Seconds(1));
  EXPECT_EQ(store.Heartbeat(cp.id(), kGrace).value(), CpState::kDraining);
  ASSERT_TRUE(store.BeginDrain(cp.id()).ok());
  EXPECT_EQ(RowOf(cp).draining_since, began) << "a repetition does not begin anew";
}

TEST_P(StoreContract, AnExpiredInstanceRevivesWithinTheGraceOnly) {
  ControlPlane& cp = Start("cp-1");
  ControlPlane& late = Start("cp-2");
  Advance(kExpiry);
  ASSERT_THAT(store.ExpireControlPlanes(kExpiry).value(), ElementsAre(cp.id(), late.id()));
  EXPECT_EQ(RowOf(cp).expiry_cause, ExpiryCause::kMissedHeartbeat);
  EXPECT_EQ(RowOf(cp).expired_at, now);
  Advance(kGrace - kTick);
  EXPECT_EQ(store.Heartbeat(cp.id(), kGrace).value(), CpState::kActive);
  ControlPlaneRow revived;
  revived.cp_id = cp.id();
  revived.boot_id = cp.boot();
  revived.heartbeat_at = now;
  EXPECT_EQ(RowOf(cp), revived);
  Advance(kTick);
  const ControlPlaneRow before = RowOf(late);
  EXPECT_EQ(store.Heartbeat(late.id(), kGrace).value(), CpState::kExpired);
  EXPECT_EQ(RowOf(late), before);
  EXPECT_EQ(store.Heartbeat(late.id(), absl::InfiniteDuration()).value(), CpState::kActive);
}

TEST_P(StoreContract, ARevivedInstanceGoesOnDraining) {
  ControlPlane& cp = Start("cp-1");
  ASSERT_TRUE(store.BeginDrain(cp.id()).ok());
  const absl::Time began = now;
  Advance(kExpiry);
  ASSERT_THAT(store.ExpireControlPlanes(kExpiry).value(), ElementsAre(cp.id()));
  EXPECT_EQ(store.Heartbeat(cp.id(), kGrace).value(), CpState::kDraining);
  EXPECT_EQ(RowOf(cp).draining_since, began);
}

TEST_P(StoreContract, AnOverdueDrainExpiresForGood) {
  constexpr absl::Duration kOverdue = absl::Minutes(15);
  ControlPlane& cp = Start("cp-1");
  Start("cp-active");
  ASSERT_TRUE(store.BeginDrain(cp.id()).ok());
  Advance(kOverdue - kTick);
  EXPECT_THAT(store.ExpireOverdueDrains(kOverdue).value(), IsEmpty());
  ASSERT_EQ(store.Heartbeat(cp.id(), kGrace).value(), CpState::kDraining);
  Advance(kTick);
  EXPECT_THAT(store.ExpireOverdueDrains(kOverdue).value(), ElementsAre(cp.id()));
  EXPECT_EQ(RowOf(cp).expiry_cause, ExpiryCause::kOverdueDrain);
  EXPECT_EQ(store.Heartbeat(cp.id(), kGrace).value(), CpState::kExpired);
}

TEST_P(StoreContract, ADeregisteredInstanceNeverComesBack) {
  ControlPlane& cp = Start("cp-1");
  ASSERT_TRUE(store.DeregisterControlPlane(cp.id()).ok());
  const ControlPlaneRow before = RowOf(cp);
  EXPECT_EQ(before.state, CpState::kExpired);
  EXPECT_EQ(before.expiry_cause, ExpiryCause::kDeregistered);
  Advance(absl::Seconds(1));
  EXPECT_TRUE(store.DeregisterControlPlane(cp.id()).ok());
  EXPECT_EQ(store.Heartbeat(cp.id(), kGrace).value(), CpState::kExpired);
  EXPECT_TRUE(absl::IsFailedPrecondition(store.BeginDrain(cp.id())));
  EXPECT_EQ(RowOf(cp), before);
}

TEST_P(StoreContract, AnInstanceThatHadMissedItsHeartbeatsMayStillDeregister) {
  ControlPlane& cp = Start("cp-1");
  Advance(kExpiry);
  ASSERT_THAT(store.ExpireControlPlanes(kExpiry).value(), ElementsAre(cp.id()));
  const absl::Time expired = now;
  Advance(absl::Seconds(1));
  EXPECT_TRUE(store.DeregisterControlPlane(cp.id()).ok());
  EXPECT_EQ(RowOf(cp).expiry_cause, ExpiryCause::kDeregistered);
  EXPECT_EQ(RowOf(cp).expired_at, expired) << "its workers have been orphans since";
  EXPECT_EQ(store.Heartbeat(cp.id(), kGrace).value(), CpState::kExpired);
}

TEST_P(StoreContract, SeveralExpireAtOnceInTheOrderOfTheirNames) {
  Start("cp-b");
  Start("cp-a");
  ASSERT_TRUE(store.BeginDrain(CpId("cp-b")).ok());
  Advance(kExpiry);
  Start("cp-c");
  EXPECT_THAT(store.ExpireControlPlanes(kExpiry).value(), ElementsAre(CpId("cp-a"), CpId("cp-b")));
}

TEST_P(StoreContract, OnlyLongExpiredInstancesWithoutActiveWorkersAreForgotten) {
  ControlPlane& owner = Start("cp-owner");
  ControlPlane& idle = Start("cp-idle");
  ControlPlane& former = Start("cp-former");
  Start("cp-active");
  MakeWorker(owner, kDraining);
  MakeWorker(former, kRetired);
  for (ControlPlane* cp : {&owner, &idle, &former}) {
    ASSERT_TRUE(store.DeregisterControlPlane(cp->id()).ok());
  }
  Advance(absl::Hours(1) - kTick);
  EXPECT_EQ(store.ForgetControlPlanes(absl::Hours(1)).value(), 0);
  Advance(kTick);
  EXPECT_EQ(store.ForgetControlPlanes(absl::Hours(1)).value(), 2);
  std::vector<CpId> left;
  const auto rows = store.ListControlPlanes();
  for (const ControlPlaneRow& row : *rows) left.push_back(row.cp_id);
  EXPECT_THAT(left, ElementsAre(CpId("cp-active"), CpId("cp-owner")));
}

}  // namespace
}  // namespace fencepost::store_contract
