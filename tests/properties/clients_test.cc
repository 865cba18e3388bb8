// client-truth and session-has-a-client: what a client that was told that it is served may rely on,
// and each way in which that breaks.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/rules/config.h"
#include "properties/client_truth.h"
#include "properties/session_has_a_client.h"
#include "tests/properties/event_stream.h"

namespace fencepost::properties {
namespace {

using testing::HasSubstr;

const CpId kCp("cp-1");
const PodUid kPod("uid-1");
const SessionHandle kSession{{Org("org-a"), SessionToken("session-1")}, {BootId{1}, 1}};
const SessionHandle kReclaimed{kSession.id, {BootId{1}, 2}};

template <class Judged>
class ClientsTest : public testing::Test {
 protected:
  ClientsTest() : stream_(property_) {
    stream_.SendFrom(kCp.text(), LoopPassed{"sessions"});
    row_ = Hot(1);
    Store(kSession, SessionState::kActive);
  }

  WorkerRow Hot(int worker) {
    WorkerRow row = stream_.Create(worker);
    MakeHot(stream_, row);
    return row;
  }
  void Store(const SessionHandle& session, SessionState state, int seconds = 60) {
    SessionRow row;
    row.id = session.id;
    row.holder = session.holder;
    row.worker_id = row_.worker_id;
    row.state = state;
    row.expires_at = absl::FromUnixSeconds(seconds);
    const std::optional<SessionState> before = state_;
    state_ = state;
    stream_.Send(SessionChanged{row, before});
  }
  void Served(const SessionHandle& session, const PodUid& pod = kPod, const CpId& cp = kCp) {
    stream_.Send(ClientServed{cp, session, row_.worker_id, pod});
  }
  void Left(const SessionHandle& session, bool closes = true) {
    stream_.Send(ClientLeft{kCp, session, closes});
  }
  void Dropped(const SessionHandle& session) { stream_.Send(ClientDropped{kCp, session}); }
  std::string AtRest(const std::vector<CpId>& undisturbed = {kCp}) {
    RestView rest;
    rest.undisturbed = undisturbed;
    property_.AtRest(rest);
    return Detail(property_);
  }

  Judged property_;
  EventStream stream_;
  WorkerRow row_;
  std::optional<SessionState> state_;
};

// ---- client-truth ------------------------------------------------------------------------------

using ClientTruthTest = ClientsTest<ClientTruth>;

TEST_F(ClientTruthTest, HoldsForAClientThatIsServedUntilItLeaves) {
  Served(kSession);
  Store(kSession, SessionState::kActive, 90);
  Left(kSession);
  Store(kSession, SessionState::kClosed);
  EXPECT_EQ(AtRest(), "");
}

TEST_F(ClientTruthTest, FiresForASessionThatIsNotThere) {
  Served({{Org("org-a"), SessionToken("other")}, {BootId{1}, 3}});
  EXPECT_THAT(AtRest(), HasSubstr("the store has no such session"));
}

TEST_F(ClientTruthTest, FiresForASessionThatIsNotItsOwn) {
  Served(kReclaimed);
  EXPECT_THAT(AtRest(), HasSubstr("has another holder"));
}

TEST_F(ClientTruthTest, AClientMayHearOfItsSessionWhenThatHasGoneOnToItsNextConnection) {
  Store(kReclaimed, SessionState::kActive);
  Served(kSession);
  Dropped(kSession);
  EXPECT_EQ(AtRest(), "");
}

TEST_F(ClientTruthTest, FiresIfItNeverHearsThatItsSessionHasGoneOn) {
  Store(kReclaimed, SessionState::kActive);
  Served(kSession);
  EXPECT_THAT(AtRest(), HasSubstr("has another holder, and nobody has told it"));
}

TEST_F(ClientTruthTest, FiresForAnotherPodThanTheWorkers) {
  Served(kSession, PodUid("uid-9"));
  EXPECT_THAT(AtRest(), HasSubstr("its pod is uid-1 and not uid-9"));
}

TEST_F(ClientTruthTest, FiresForAWorkerOfAnotherOrg) {
  stream_.Commit(Operation::kPark, row_, {}, [](WorkerRow& row) {
    row.state = WorkerState::kHot;
    row.org = Org("org-b");
  });
  Served(kSession);
  EXPECT_THAT(AtRest(), HasSubstr("the worker serves org-b"));
}

TEST_F(ClientTruthTest, FiresForAWorkerThatIsNotHot) {
  stream_.Commit(Operation::kDrain, row_);
  Served(kSession);
  EXPECT_THAT(AtRest(), HasSubstr("the worker is not hot"));
}

TEST_F(ClientTruthTest, FiresForTwoClientsOnOneWorker) {
  Served(kSession);
  const SessionHandle second{{Org("org-a"), SessionToken("session-2")}, {BootId{1}, 4}};
  Store(second, SessionState::kActive);
  Served(second);
  EXPECT_THAT(AtRest(), HasSubstr("the client of session session-1 is connected to it"));
}

TEST_F(ClientTruthTest, FiresWhenASessionEndsUnderItsClient) {
  for (const SessionState end :
       {SessionState::kClosed, SessionState::kReconnecting, SessionState::kExpired}) {
    property_.Reset();
    stream_.SendFrom(kCp.text(), LoopPassed{"sessions"});
    row_ = Hot(1);
    Store(kSession, SessionState::kActive);
    Served(kSession);
    Store(kSession, end);
    Left(kSession);
    EXPECT_THAT(AtRest(), HasSubstr("although it has not left")) << SessionStateName(end);
  }
}

TEST_F(ClientTruthTest, AStoreWhoseClockJumpsExcusesAnExpiryThatIsToldLater) {
  Config config;
  property_.Watch(&config);
  stream_.now = absl::FromUnixSeconds(1'000);
  Store(kSession, SessionState::kActive);
  Served(kSession);
  stream_.now += config.session_ttl - absl::Seconds(1);
  Store(kSession, SessionState::kExpired);
  Dropped(kSession);
  EXPECT_EQ(AtRest(), "");
  Store(kSession, SessionState::kActive);
  Served(kSession);
  stream_.now += config.session_ttl;
  Store(kSession, SessionState::kExpired);
  Dropped(kSession);
  EXPECT_THAT(AtRest(), HasSubstr("although it has not left"));
}

TEST_F(ClientTruthTest, FiresWhenNobodyTellsAClientThatItsSessionWasReclaimed) {
  Served(kSession);
  Store(kReclaimed, SessionState::kActive);
  Served(kReclaimed, kPod, CpId("cp-2"));
  EXPECT_THAT(AtRest(), HasSubstr("has another holder, and nobody has told it"));
}

TEST_F(ClientTruthTest, HoldsWhenItWasTold) {
  Served(kSession);
  Store(kReclaimed, SessionState::kActive);
  Served(kReclaimed, kPod, CpId("cp-2"));
  Dropped(kSession);
  EXPECT_EQ(AtRest({kCp, CpId("cp-2")}), "");
}

TEST_F(ClientTruthTest, AnEndOfTheProcessEndsItsConnections) {
  Served(kSession);
  stream_.Send(ProcessEnded{kCp, /*crashed=*/true});
  Store(kSession, SessionState::kExpired);
  EXPECT_EQ(AtRest(), "");
}

TEST_F(ClientTruthTest, AnAnswerThatWasOnItsWayWhenTheProcessEndedConnectsNobody) {
  stream_.Send(ProcessEnded{kCp, /*crashed=*/true});
  Served(kSession);
  Store(kSession, SessionState::kExpired);
  EXPECT_EQ(AtRest(), "");
}

TEST_F(ClientTruthTest, APodThatDiedAndAnOrderExcuse) {
  Served(kSession);
  stream_.PodDies(row_, "uid-1");
  Store(kSession, SessionState::kExpired);
  EXPECT_EQ(AtRest(), "");
  property_.Reset();
  stream_.SendFrom(kCp.text(), LoopPassed{"sessions"});
  row_ = Hot(1);
  Store(kSession, SessionState::kActive);
  Served(kSession);
  stream_.Send(EndOrdered{row_.worker_id});
  Store(kSession, SessionState::kExpired);
  EXPECT_EQ(AtRest(), "");
}

TEST_F(ClientTruthTest, WithoutLoopsNobodyRenewsASession) {
  property_.Reset();
  row_ = Hot(1);
  Store(kSession, SessionState::kActive);
  Served(kSession);
  Store(kSession, SessionState::kExpired);
  EXPECT_EQ(AtRest(), "");
}

TEST_F(ClientTruthTest, AControlPlaneThatAFaultHasHitIsNotJudged) {
  Served(kSession);
  Store(kSession, SessionState::kExpired);
  EXPECT_EQ(AtRest({}), "");
  stream_.Send(ProcessPaused{kCp, true});
  EXPECT_EQ(AtRest(), "");
}

// ---- session-has-a-client ----------------------------------------------------------------------

using SessionHasAClientTest = ClientsTest<SessionHasAClient>;

TEST_F(SessionHasAClientTest, HoldsWhileTheClientIsConnected) {
  Served(kSession);
  for (int i = 1; i < 20; ++i) Store(kSession, SessionState::kActive, 60 + i);
  EXPECT_EQ(Detail(property_), "");
}

TEST_F(SessionHasAClientTest, FiresForASessionThatIsRenewedForNobody) {
  for (int i = 1; i < 20; ++i) Store(kSession, SessionState::kActive, 60 + i);
  EXPECT_THAT(Detail(property_), HasSubstr("renewed 4 times without a client"));
}

TEST_F(SessionHasAClientTest, FiresAfterEachWayOfLosingTheClient) {
  const auto leave = [this] { Left(kSession, false); };
  const auto drop = [this] { Dropped(kSession); };
  const auto crash = [this] { stream_.Send(ProcessEnded{kCp, true}); };
  for (const std::function<void()>& end :
       {std::function<void()>(leave), std::function<void()>(drop), std::function<void()>(crash)}) {
    property_.Reset();
    Store(kSession, SessionState::kActive);
    Served(kSession);
    end();
    for (int i = 1; i < 4; ++i) Store(kSession, SessionState::kActive, 60 + i);
    EXPECT_EQ(Detail(property_), "") << "renewals that were under way";
    Store(kSession, SessionState::kActive, 70);
    EXPECT_THAT(Detail(property_), HasSubstr("without a client"));
  }
}

TEST_F(SessionHasAClientTest, ALongerTimeToComeBackIsNoRenewal) {
  for (int i = 1; i < 20; ++i) Store(kSession, SessionState::kReconnecting, 60 + i);
  EXPECT_EQ(Detail(property_), "");
}

}  // namespace
}  // namespace fencepost::properties
