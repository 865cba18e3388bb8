// legal-control-plane: the legal life of a registration, and each way in which it fires.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/rules/config.h"
#include "properties/legal_control_plane.h"
#include "tests/properties/event_stream.h"

namespace fencepost::properties {
namespace {

using testing::HasSubstr;

class LegalControlPlaneTest : public testing::Test {
 protected:
  LegalControlPlaneTest() : stream_(property_) {
    property_.Watch(&config_);
    Begin();
  }

  // A new registration of cp-1.
  void Begin() {
    property_.Reset();
    row_ = ControlPlaneRow();
    row_.cp_id = CpId("cp-1");
    row_.boot_id = BootId{1};
    row_.heartbeat_at = absl::FromUnixSeconds(1'700'000'000);
    stream_.Send(ControlPlaneChanged{row_, std::nullopt});
  }
  void Become(CpState state) {
    const CpState before = row_.state;
    row_.state = state;
    if (state != CpState::kExpired) row_.expiry_cause = ExpiryCause::kNone;
    stream_.Send(ControlPlaneChanged{row_, before});
  }
  void Drain() {
    row_.draining_since = row_.heartbeat_at;
    Become(CpState::kDraining);
  }
  // Expires `after` the last heartbeat, which was when the drain began, too.
  void Expire(ExpiryCause cause, absl::Duration after) {
    row_.expiry_cause = cause;
    row_.expired_at = row_.heartbeat_at + after;
    Become(CpState::kExpired);
  }
  void Revive(CpState to, absl::Duration after) {
    row_.heartbeat_at = row_.expired_at + after;
    Become(to);
  }
  void ExpectLegal() { EXPECT_EQ(Detail(property_), ""); }
  void ExpectBroken(const std::string& what) { EXPECT_THAT(Detail(property_), HasSubstr(what)); }

  Config config_;
  LegalControlPlane property_;
  EventStream stream_;
  ControlPlaneRow row_;
};

TEST_F(LegalControlPlaneTest, HoldsOnLegalLives) {
  Drain();
  Expire(ExpiryCause::kMissedHeartbeat, config_.cp_expiry);
  Revive(CpState::kDraining, config_.orphan_grace - absl::Seconds(1));
  Expire(ExpiryCause::kDeregistered, absl::Seconds(1));
  Begin();
  Expire(ExpiryCause::kMissedHeartbeat, config_.cp_expiry);
  Revive(CpState::kActive, absl::Seconds(1));
  Expire(ExpiryCause::kMissedHeartbeat, config_.cp_expiry);
  Expire(ExpiryCause::kDeregistered, config_.cp_expiry);
  Begin();
  Drain();
  Expire(ExpiryCause::kOverdueDrain, config_.overdue_drain);
  ExpectLegal();
}

TEST_F(LegalControlPlaneTest, FiresWhenADrainingOneTurnsActiveAgain) {
  Drain();
  Become(CpState::kActive);
  ExpectBroken("cp-1 turned active again after it had begun to drain");
  Begin();
  Drain();
  Expire(ExpiryCause::kMissedHeartbeat, config_.cp_expiry);
  Revive(CpState::kActive, absl::Seconds(1));
  ExpectBroken("cp-1 turned active again after it had begun to drain");
}

TEST_F(LegalControlPlaneTest, FiresWhenOneRevivesThatLeftForGood) {
  Expire(ExpiryCause::kDeregistered, absl::Seconds(1));
  Revive(CpState::kActive, absl::Seconds(1));
  ExpectBroken("cp-1 revived after it had expired by deregistered");
  Begin();
  Drain();
  Expire(ExpiryCause::kOverdueDrain, config_.overdue_drain);
  Revive(CpState::kDraining, absl::Seconds(1));
  ExpectBroken("cp-1 revived after it had expired by overdue_drain");
  Begin();
  Expire(ExpiryCause::kMissedHeartbeat, config_.cp_expiry);
  Expire(ExpiryCause::kDeregistered, config_.cp_expiry);
  Revive(CpState::kActive, absl::Seconds(1));
  ExpectBroken("cp-1 revived after it had expired by deregistered");
}

TEST_F(LegalControlPlaneTest, FiresOnARevivalAfterTheGrace) {
  Expire(ExpiryCause::kMissedHeartbeat, config_.cp_expiry);
  Revive(CpState::kActive, config_.orphan_grace);
  ExpectBroken("cp-1 revived 30s after it had expired");
}

TEST_F(LegalControlPlaneTest, FiresOnAnExpiryBeforeItsTime) {
  Expire(ExpiryCause::kMissedHeartbeat, config_.cp_expiry - absl::Seconds(1));
  ExpectBroken("cp-1 expired by missed_heartbeat 1s too early");
  Begin();
  Drain();
  Expire(ExpiryCause::kOverdueDrain, config_.overdue_drain - absl::Seconds(1));
  ExpectBroken("cp-1 expired by overdue_drain 1s too early");
}

TEST_F(LegalControlPlaneTest, FiresOnAnExpiryWithoutItsCause) {
  Expire(ExpiryCause::kOverdueDrain, config_.overdue_drain);
  ExpectBroken("expired by an overdue drain and never drained");
  Begin();
  Expire(ExpiryCause::kNone, config_.cp_expiry);
  ExpectBroken("expired without a cause");
  Begin();
  Expire(ExpiryCause::kDeregistered, absl::Seconds(1));
  Expire(ExpiryCause::kMissedHeartbeat, config_.cp_expiry);
  ExpectBroken("had expired by deregistered and is now said to have by missed_heartbeat");
}

TEST_F(LegalControlPlaneTest, FiresWhenAnotherProcessHasTheRow) {
  row_.boot_id = BootId{2};
  Become(CpState::kDraining);
  ExpectBroken("given to another process");
  Begin();
  stream_.Send(ControlPlaneChanged{row_, std::nullopt});
  ExpectBroken("cp-1 was registered again while it was active");
}

TEST_F(LegalControlPlaneTest, FiresOnARegistrationThatIsNotActive) {
  property_.Reset();
  row_.state = CpState::kDraining;
  stream_.Send(ControlPlaneChanged{row_, std::nullopt});
  ExpectBroken("cp-1 was registered as draining");
}

// A new registration owes nothing to the one before it.
TEST_F(LegalControlPlaneTest, BeginsAnewWithARegistration) {
  Drain();
  Expire(ExpiryCause::kDeregistered, absl::Seconds(1));
  ControlPlaneRow again;
  again.cp_id = row_.cp_id;
  again.boot_id = BootId{2};
  stream_.Send(ControlPlaneChanged{again, std::nullopt});
  const CpId removed = again.cp_id;
  stream_.Send(ControlPlaneRemoved{removed});
  stream_.Send(ControlPlaneChanged{again, std::nullopt});
  ExpectLegal();
}

}  // namespace
}  // namespace fencepost::properties
