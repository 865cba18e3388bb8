// Sessions: what is begun is known here or ended again, and an end is written sooner or later.

#include <gmock/gmock.h>

#include "absl/strings/str_cat.h"

#include "tests/core/choreography/plane_rig.h"

namespace fencepost {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class SessionDeskTest : public PlaneRig {
 protected:
  SessionDeskTest() : desk(CpId("cp-1"), BootId{2}, runtime, config, events, store, &lost) {
    EXPECT_TRUE(Acquire("first").ok());
    EXPECT_TRUE(plane->Release(Session("first")).ok());
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
    return desk.Open(worker, *checkout, IdOf(token)).status();
  }

  class Lost : public SessionListener {
   public:
    void OnSessionLost(const SessionHandle& session, const absl::Status& why) override {
      told.push_back(absl::StrCat(session.id.token.text(), ": ", why.message()));
    }
    std::vector<std::string> told;
  };
  Lost lost;
  SessionDesk desk;
  ManagedWorkerPtr worker;
};

TEST_F(SessionDeskTest, ARefusedOpeningIsTriedAgain) {
  runtime.script["open_session"] = {Fate::kNotApplied, Fate::kReplyLost};
  ASSERT_TRUE(Open("s").ok());
  EXPECT_TRUE(desk.Serves(Session("s")));
  EXPECT_EQ(StateOfSession("s"), SessionState::kActive);
}

TEST_F(SessionDeskTest, AMissedOpeningIsTold) {
  ASSERT_TRUE(Open("s").ok());
  EXPECT_TRUE(absl::IsFailedPrecondition(Open("t")));
  EXPECT_FALSE(desk.Serves(Session("t")));
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
  EXPECT_EQ(desk.Disconnect(Session("s")), worker);
  EXPECT_FALSE(desk.Serves(Session("s")));
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
  desk.Disconnect(Session("s"));
  absl::StatusOr<LeaseCell::Checkout> checkout = worker->cell.CheckOut();
  ASSERT_TRUE(desk.Reclaim(worker, *checkout, IdOf("s")).ok());
  ASSERT_TRUE(desk.EndPending().ok());
  EXPECT_EQ(StateOfSession("s"), SessionState::kActive);
}

// While the ending is on its way, the client has come back and gone in another manner.
TEST_F(SessionDeskTest, AnEndingThatHasChangedMeanwhileIsNotForgotten) {
  ASSERT_TRUE(Open("s").ok());
  runtime.script["disconnect_session"] = {Fate::kNotApplied};
  desk.Disconnect(Session("s"));
  runtime.meanwhile["disconnect_session"] = [this] {
    runtime.script["close_session"] = {Fate::kNotApplied};
    desk.Close(Session("s"));
  };
  ASSERT_TRUE(desk.EndPending().ok());
  EXPECT_EQ(StateOfSession("s"), SessionState::kReconnecting);
  ASSERT_TRUE(desk.EndPending().ok());
  EXPECT_EQ(StateOfSession("s"), SessionState::kClosed);
}

TEST_F(SessionDeskTest, OfTwoPendingEndingsOneMayBeOverWhenItsTurnComes) {
  ASSERT_TRUE(Open("a").ok());
  runtime.script["close_session"] = {Fate::kNotApplied, Fate::kNotApplied};
  desk.Close(Session("a"));
  desk.Close(Session("b"));
  runtime.meanwhile["close_session"] = [this] { desk.Close(Session("b")); };
  ASSERT_TRUE(desk.EndPending().ok());
  EXPECT_EQ(StateOfSession("a"), SessionState::kClosed);
}

TEST_F(SessionDeskTest, EndingsStopWithTheProcess) {
  ASSERT_TRUE(Open("s").ok());
  runtime.script["close_session"] = {Fate::kNotApplied};
  desk.Close(Session("s"));
  runtime.cancelled = true;
  EXPECT_TRUE(absl::IsCancelled(desk.EndPending()));
  EXPECT_EQ(desk.Close(Session("unknown")), nullptr);
}

TEST_F(SessionDeskTest, ForgetsTheClientsOfOneClaimOnly) {
  ASSERT_TRUE(Open("s").ok());
  // An earlier claim of the same worker, whose parking is told late.
  const ManagedWorker earlier(runtime, worker->cell.last_known(), Look(worker->id).row());
  desk.Forget(earlier, absl::AbortedError("early"));
  EXPECT_EQ(desk.size(), 1U);
  EXPECT_THAT(lost.told, IsEmpty());
  desk.Forget(*worker, absl::AbortedError("late"));
  EXPECT_EQ(desk.size(), 0U);
  EXPECT_THAT(lost.told, ElementsAre("s: late"));
}

// ---- Clients that come back, and clients that are lost
// -------------------------------------------

class ReclaimTest : public SessionDeskTest {
 protected:
  ReclaimTest() {
    EXPECT_TRUE(Open("s").ok());
    former = Session("s");
    absl::StatusOr<LeaseCell::Checkout> checkout = worker->cell.CheckOut();
    present = desk.Reclaim(worker, *checkout, IdOf("s")).value();
  }
  SessionHandle former;
  SessionHandle present;
};

TEST_F(ReclaimTest, TheSessionObeysTheClientThatCameBackLast) {
  EXPECT_FALSE(desk.Serves(former));
  EXPECT_TRUE(desk.Serves(present));
  EXPECT_THAT(lost.told, ElementsAre(HasSubstr("reclaimed by another client")));
  EXPECT_EQ(desk.Close(former), nullptr);
  EXPECT_EQ(desk.Disconnect(former), nullptr);
  EXPECT_EQ(StateOfSession("s"), SessionState::kActive);
  EXPECT_EQ(desk.Close(present), worker);
  EXPECT_EQ(StateOfSession("s"), SessionState::kClosed);
}

TEST_F(ReclaimTest, AReturnInDoubtIsNoReasonToCloseTheSession) {
  runtime.script["reclaim_session"] = std::deque<Fate>(9, Fate::kReplyLost);
  {
    absl::StatusOr<LeaseCell::Checkout> checkout = worker->cell.CheckOut();
    EXPECT_FALSE(desk.Reclaim(worker, *checkout, IdOf("s")).ok());
  }
  ASSERT_TRUE(desk.EndPending().ok());
  EXPECT_EQ(StateOfSession("s"), SessionState::kReconnecting);
}

TEST_F(ReclaimTest, RenewsForItsClientsAloneAndTellsWhoIsLost) {
  const absl::Time before = store.FindSession(IdOf("s")).value()->expires_at;
  store_now += absl::Seconds(5);
  ASSERT_TRUE(desk.Renew().ok());
  EXPECT_EQ(store.FindSession(IdOf("s")).value()->expires_at, before + absl::Seconds(5));
  const SessionHandle elsewhere{IdOf("s"), {BootId{3}, 1}};
  ASSERT_EQ(store.ReclaimSession(elsewhere, worker->cell.last_known(), absl::Hours(1))->outcome,
            TransitionOutcome::kTransitioned);
  lost.told.clear();
  ASSERT_TRUE(desk.Renew().ok());
  EXPECT_THAT(lost.told, ElementsAre(HasSubstr("held elsewhere")));
  EXPECT_EQ(desk.size(), 0U);
  EXPECT_EQ(store.FindSession(IdOf("s")).value()->holder, elsewhere.holder);
}

TEST_F(ReclaimTest, AClientThatLeavesDuringARenewalIsNotLost) {
  lost.told.clear();
  runtime.meanwhile["renew_sessions"] = [this] { desk.Close(present); };
  ASSERT_TRUE(desk.Renew().ok());
  EXPECT_THAT(lost.told, IsEmpty());
}

}  // namespace
}  // namespace fencepost
