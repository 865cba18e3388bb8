// Sessions: what is begun is known here or ended again, and an end is written sooner or later.

#include <gmock/gmock.h>

#include "tests/core/choreography/plane_rig.h"

namespace fencepost {
namespace {

class SessionDeskTest : public PlaneRig {
 protected:
  SessionDeskTest() : desk(runtime, config, events, store) {
    EXPECT_TRUE(Acquire("first").ok());
    EXPECT_TRUE(plane->Release(SessionToken("first")).ok());
    worker = plane->owned().Workers().front();
    ClaimResult claim = plane->lifecycle().ClaimHotIdle(Org("org-a"), Image());
    worker = plane->owned().Adopt(*claim.lease, claim.row->row());
    absl::StatusOr<LeaseCell::Checkout> checkout = worker->cell.CheckOut();
    OrgBackoff backoff(runtime, config);
    Activator activator(runtime, config, events, pods, secrets, pods, plane->lifecycle(),
                        plane->owned(), backoff);
    EXPECT_TRUE(activator.Activate(*worker, *checkout).ok());
  }
  absl::Status Open(const std::string& token) {
    absl::StatusOr<LeaseCell::Checkout> checkout = worker->cell.CheckOut();
    return desk.Open(worker, *checkout, SessionToken(token));
  }

  SessionDesk desk;
  ManagedWorkerPtr worker;
};

TEST_F(SessionDeskTest, ARefusedOpeningIsTriedAgain) {
  runtime.script["open_session"] = {Fate::kNotApplied, Fate::kReplyLost};
  ASSERT_TRUE(Open("s").ok());
  EXPECT_TRUE(desk.Serves(SessionToken("s")));
  EXPECT_EQ(StateOfSession("s"), SessionState::kActive);
}

TEST_F(SessionDeskTest, AMissedOpeningIsTold) {
  ASSERT_TRUE(Open("s").ok());
  EXPECT_TRUE(absl::IsFailedPrecondition(Open("t")));
  EXPECT_FALSE(desk.Serves(SessionToken("t")));
}

TEST_F(SessionDeskTest, AnOpeningInDoubtIsClosedByTheUpkeep) {
  runtime.script["open_session"] = std::deque<Fate>(9, Fate::kReplyLost);
  EXPECT_FALSE(Open("s").ok());
  EXPECT_EQ(StateOfSession("s"), SessionState::kActive);
  runtime.script["close_session"] = {Fate::kNotApplied};
  ASSERT_TRUE(desk.EndPending().ok());
  EXPECT_EQ(StateOfSession("s"), SessionState::kActive);
  ASSERT_TRUE(desk.EndPending().ok());
  EXPECT_EQ(StateOfSession("s"), SessionState::kClosed);
}

TEST_F(SessionDeskTest, ACancelledOpeningLeavesNothingToDo) {
  runtime.script["open_session"] = {Fate::kCancelledAfter};
  EXPECT_TRUE(absl::IsCancelled(Open("s")));
}

TEST_F(SessionDeskTest, AnEndThatIsRefusedIsWrittenLater) {
  ASSERT_TRUE(Open("s").ok());
  runtime.script["disconnect_session"] = {Fate::kNotApplied};
  EXPECT_EQ(desk.Disconnect(SessionToken("s")), worker);
  EXPECT_FALSE(desk.Serves(SessionToken("s")));
  EXPECT_EQ(StateOfSession("s"), SessionState::kActive);
  ASSERT_TRUE(desk.EndPending().ok());
  EXPECT_EQ(StateOfSession("s"), SessionState::kReconnecting);
  EXPECT_EQ(runtime.CallsOf("disconnect_session"), 2);
  ASSERT_TRUE(desk.EndPending().ok());
  EXPECT_EQ(runtime.CallsOf("disconnect_session"), 2);  // once it is written, that is all
}

TEST_F(SessionDeskTest, ASessionThatIsTakenUpAgainIsNotEndedLater) {
  ASSERT_TRUE(Open("s").ok());
  runtime.script["disconnect_session"] = {Fate::kNotApplied};
  desk.Disconnect(SessionToken("s"));
  absl::StatusOr<LeaseCell::Checkout> checkout = worker->cell.CheckOut();
  ASSERT_TRUE(desk.Reclaim(worker, *checkout, SessionToken("s")).ok());
  ASSERT_TRUE(desk.EndPending().ok());
  EXPECT_EQ(StateOfSession("s"), SessionState::kActive);
}

// While the ending is on its way, the client has come back and gone in another manner.
TEST_F(SessionDeskTest, AnEndingThatHasChangedMeanwhileIsNotForgotten) {
  ASSERT_TRUE(Open("s").ok());
  runtime.script["disconnect_session"] = {Fate::kNotApplied};
  desk.Disconnect(SessionToken("s"));
  runtime.meanwhile["disconnect_session"] = [this] {
    runtime.script["close_session"] = {Fate::kNotApplied};
    desk.Close(SessionToken("s"));
  };
  ASSERT_TRUE(desk.EndPending().ok());
  EXPECT_EQ(StateOfSession("s"), SessionState::kReconnecting);
  ASSERT_TRUE(desk.EndPending().ok());
  EXPECT_EQ(StateOfSession("s"), SessionState::kClosed);
}

TEST_F(SessionDeskTest, OfTwoPendingEndingsOneMayBeOverWhenItsTurnComes) {
  ASSERT_TRUE(Open("a").ok());
  runtime.script["close_session"] = {Fate::kNotApplied, Fate::kNotApplied};
  desk.Close(SessionToken("a"));
  desk.Close(SessionToken("b"));
  runtime.meanwhile["close_session"] = [this] { desk.Close(SessionToken("b")); };
  ASSERT_TRUE(desk.EndPending().ok());
  EXPECT_EQ(StateOfSession("a"), SessionState::kClosed);
}

TEST_F(SessionDeskTest, EndingsStopWithTheProcess) {
  ASSERT_TRUE(Open("s").ok());
  runtime.script["close_session"] = {Fate::kNotApplied};
  desk.Close(SessionToken("s"));
  runtime.cancelled = true;
  EXPECT_TRUE(absl::IsCancelled(desk.EndPending()));
  EXPECT_EQ(desk.Close(SessionToken("unknown")), nullptr);
}

TEST_F(SessionDeskTest, ForgetsTheClientsOfOneClaimOnly) {
  ASSERT_TRUE(Open("s").ok());
  // An earlier claim of the same worker, whose parking is told late.
  const ManagedWorker earlier(runtime, worker->cell.last_known(), Look(worker->id).row());
  desk.Forget(earlier);
  EXPECT_EQ(desk.size(), 1U);
  desk.Forget(*worker);
  EXPECT_EQ(desk.size(), 0U);
}

}  // namespace
}  // namespace fencepost
