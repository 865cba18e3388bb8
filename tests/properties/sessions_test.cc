// session-spared: where it holds, and each way in which it fires.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "properties/session_spared.h"
#include "tests/properties/event_stream.h"

namespace fencepost::properties {
namespace {

using testing::HasSubstr;

class SessionSparedTest : public testing::Test {
 protected:
  SessionSparedTest() : stream_(property_), row_(stream_.Create(1)) { MakeHot(stream_, row_); }

  void Session(SessionState state, absl::Time expires_at = absl::InfiniteFuture()) {
    stream_.Session(row_, state, expires_at);
  }

  SessionSpared property_;
  EventStream stream_;
  WorkerRow row_;
};

TEST_F(SessionSparedTest, FiresOnEachWayOfHousekeeping) {
  for (const Operation operation : {Operation::kDrain, Operation::kRetireFromSnapshot}) {
    property_.Reset();
    WorkerRow row = stream_.Create(1);
    MakeHot(stream_, row);
    Session(SessionState::kActive);
    stream_.Commit(operation, row);
    EXPECT_THAT(Detail(property_), HasSubstr("session session-1 was active when " +
                                             std::string(OperationName(operation))));
  }
}

TEST_F(SessionSparedTest, LeavesTheHealthCheckersVerdictAlone) {
  Session(SessionState::kActive);
  stream_.Commit(Operation::kMarkLost, row_);
  EXPECT_EQ(Detail(property_), "");
}

TEST_F(SessionSparedTest, LeavesAWorkerAloneWhosePodDiedByItself) {
  Session(SessionState::kActive);
  stream_.PodDies(row_, "uid-1");
  stream_.Commit(Operation::kRetireFromSnapshot, row_);
  EXPECT_EQ(Detail(property_), "");
}

TEST_F(SessionSparedTest, LooksOnlyAtSessionsThatAreActiveAndNotPastTheirExpiry) {
  for (const SessionState state :
       {SessionState::kReconnecting, SessionState::kExpired, SessionState::kClosed}) {
    property_.Reset();
    WorkerRow row = stream_.Create(1);
    MakeHot(stream_, row);
    Session(state);
    stream_.Commit(Operation::kDrain, row);
    EXPECT_EQ(Detail(property_), "") << SessionStateName(state);
  }
  property_.Reset();
  Session(SessionState::kActive, absl::FromUnixSeconds(1));
  stream_.Commit(Operation::kDrain, row_);
  EXPECT_EQ(Detail(property_), "");
}

TEST_F(SessionSparedTest, JudgesAFencedWorkerOnce) {
  stream_.Commit(Operation::kDrain, row_);
  Session(SessionState::kActive);
  stream_.Commit(Operation::kRetireDrained, row_);
  EXPECT_EQ(Detail(property_), "");
}

// A reconnecting session protects its worker, whatever the request says of its guards.
TEST_F(SessionSparedTest, FiresWhenAnOperationThatMustSpareSessionsLandsBesideALiveOne) {
  for (const Operation operation :
       {Operation::kPark, Operation::kRetireOrphan, Operation::kReturnHotIdle}) {
    property_.Reset();
    WorkerRow row = stream_.Create(1);
    MakeHot(stream_, row);
    Session(SessionState::kReconnecting);
    stream_.Commit(operation, row, [](TransitionRequest& request) { request.guards = GuardSet(); });
    EXPECT_THAT(Detail(property_), HasSubstr("landed although live session session-1 protects"));
  }
}

TEST_F(SessionSparedTest, LooksAtTheSessionsWhenADrainWasAskedToSpareThem) {
  for (const bool asked : {true, false}) {
    property_.Reset();
    WorkerRow row = stream_.Create(1);
    MakeHot(stream_, row);
    Session(SessionState::kReconnecting);
    stream_.Commit(Operation::kDrain, row, [asked](TransitionRequest& request) {
      if (asked) request.guards = request.guards.With(Guard::kNoLiveSession);
    });
    EXPECT_EQ(Detail(property_) != "", asked);
  }
}

TEST_F(SessionSparedTest, ASessionThatHasEndedOrPassedItsExpiryProtectsNothing) {
  Session(SessionState::kActive);
  Session(SessionState::kClosed);
  stream_.Commit(Operation::kPark, row_);
  EXPECT_EQ(Detail(property_), "");
  property_.Reset();
  WorkerRow row = stream_.Create(1);
  MakeHot(stream_, row);
  Session(SessionState::kReconnecting, stream_.store_now() + absl::Seconds(1));
  stream_.Commit(Operation::kPark, row);  // a second later
  EXPECT_EQ(Detail(property_), "");
}

}  // namespace
}  // namespace fencepost::properties
