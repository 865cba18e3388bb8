// Sessions: one live one a worker, under the lease that the worker has.

#include "tests/store_contract/store_contract.h"

namespace fencepost::store_contract {
namespace {

using enum TransitionOutcome;
using enum WorkerState;
using testing::ElementsAre;
using testing::IsEmpty;

const SessionHandle kSession = Held("token-1");
const SessionHandle kOther = Held("token-2");

TEST_P(StoreContract, ASessionOpensOnAHotWorker) {
  ControlPlane& cp = Start("cp-1");
  const WorkerLease lease = MakeWorker(cp, kHot);
  const SessionReply reply = store.OpenSession(kSession, lease, kTtl).value();
  EXPECT_EQ(reply.outcome, kTransitioned);
  const SessionRow expected{.id = kSession.id,
                            .holder = kSession.holder,
                            .worker_id = lease.worker(),
                            .epoch = lease.epoch(),
                            .state = SessionState::kActive,
                            .expires_at = now + kTtl};
  EXPECT_EQ(*reply.session, expected);
  EXPECT_EQ(RowOf(kSession), expected);
  EXPECT_THAT(store.ListSessions(lease.worker()).value(), ElementsAre(expected));
}

TEST_P(StoreContract, ASessionOpensInNoOtherState) {
  ControlPlane& cp = Start("cp-1");
  for (const WorkerState state : kAllWorkerStates) {
    if (state == kHot) continue;
    const SessionReply reply = store.OpenSession(kSession, MakeWorker(cp, state), kTtl).value();
    EXPECT_EQ(reply.outcome, kFenceMissState) << StateName(state);
    EXPECT_FALSE(reply.session.has_value());
  }
  EXPECT_FALSE(store.FindSession(kSession.id)->has_value());
}

TEST_P(StoreContract, ASessionNeedsTheLeaseThatTheWorkerHasNow) {
  ControlPlane& cp = Start("cp-1");
  ControlPlane& other = Start("cp-2");
  const WorkerLease stale = MakeWorker(cp, kHot);
  const WorkerLease current = *cp->RefreshLease(stale).lease;
  EXPECT_EQ(store.OpenSession(kSession, stale, kTtl)->outcome, kFenceMissEpoch);
  ASSERT_TRUE(cp->Park(current).landed());
  const WorkerLease claimed = *other->ClaimHotIdle(Org("org-a"), Image()).lease;
  ASSERT_TRUE(other->BeginActivation(claimed).landed());
  ASSERT_TRUE(other->FinishActivation(claimed, now).landed());
  EXPECT_EQ(store.OpenSession(kSession, current, kTtl)->outcome, kFenceMissOwner);
  EXPECT_EQ(store.OpenSession(kSession, claimed, kTtl)->outcome, kTransitioned);
}

TEST_P(StoreContract, AWorkerHasOneLiveSession) {
  const WorkerLease lease = MakeWorker(Start("cp-1"), kHot);
  ASSERT_EQ(store.OpenSession(kSession, lease, kTtl)->outcome, kTransitioned);
  EXPECT_EQ(store.OpenSession(kOther, lease, kTtl)->outcome, kFenceMissSession);
  ASSERT_EQ(store.DisconnectSession(kSession, kTtl)->outcome, kTransitioned);
  EXPECT_EQ(store.OpenSession(kOther, lease, kTtl)->outcome, kFenceMissSession);
  Advance(kTtl);
  EXPECT_EQ(store.OpenSession(kOther, lease, kTtl)->outcome, kTransitioned)
      << "the first has expired by the clock, swept or not";
}

TEST_P(StoreContract, OpeningTwiceUnderTheSameLeaseIsHarmless) {
  ControlPlane& cp = Start("cp-1");
  const WorkerLease lease = MakeWorker(cp, kHot);
  const SessionRow opened = *store.OpenSession(kSession, lease, kTtl)->session;
  Advance(absl::Seconds(1));
  const SessionReply again = store.OpenSession(kSession, lease, kTtl).value();
  EXPECT_EQ(again.outcome, kTransitioned);
  EXPECT_EQ(*again.session, opened) << "a repetition extends nothing";
  const WorkerLease refreshed = *cp->RefreshLease(lease).lease;
  EXPECT_EQ(store.OpenSession(kSession, refreshed, kTtl)->outcome, kFenceMissSession);
}

TEST_P(StoreContract, ATokenIsNotUsedTwice) {
  ControlPlane& cp = Start("cp-1");
  const WorkerLease first = MakeWorker(cp, kHot);
  const WorkerLease second = MakeWorker(cp, kHot);
  ASSERT_EQ(store.OpenSession(kSession, first, kTtl)->outcome, kTransitioned);
  EXPECT_EQ(store.OpenSession(kSession, second, kTtl)->outcome, kFenceMissSession);
  ASSERT_EQ(store.CloseSession(kSession)->outcome, kTransitioned);
  EXPECT_EQ(store.OpenSession(kSession, first, kTtl)->outcome, kFenceMissSession);
}

TEST_P(StoreContract, AClientThatWentAwayMayComeBack) {
  ControlPlane& cp = Start("cp-1");
  const WorkerLease lease = MakeWorker(cp, kHot);
  SessionRow expected = *store.OpenSession(kSession, lease, kTtl)->session;
  Advance(absl::Seconds(1));
  expected.state = SessionState::kReconnecting;
  expected.expires_at = now + 2 * kTtl;
  EXPECT_EQ(*store.DisconnectSession(kSession, 2 * kTtl)->session, expected);
  Advance(absl::Seconds(1));
  EXPECT_EQ(*store.DisconnectSession(kSession, kTtl)->session, expected) << "a repetition";
  EXPECT_EQ(RowOf(kSession), expected);

  const WorkerLease refreshed = *cp->RefreshLease(lease).lease;
  expected.state = SessionState::kActive;
  expected.epoch = refreshed.epoch();
  expected.expires_at = now + kTtl;
  EXPECT_EQ(*store.ReclaimSession(kSession, refreshed, kTtl)->session, expected);
  EXPECT_EQ(RowOf(kSession), expected);
}

TEST_P(StoreContract, ASessionThatIsNotLiveIsNeitherDisconnectedNorReclaimed) {
  ControlPlane& cp = Start("cp-1");
  const WorkerLease lease = MakeWorker(cp, kHot);
  ASSERT_EQ(store.OpenSession(kSession, lease, kTtl)->outcome, kTransitioned);
  Advance(kTtl);
  EXPECT_EQ(store.DisconnectSession(kSession, kTtl)->outcome, kFenceMissSession);
  EXPECT_EQ(store.ReclaimSession(kSession, lease, kTtl)->outcome, kFenceMissSession);
  EXPECT_EQ(RowOf(kSession).state, SessionState::kActive) << "nobody has swept it";
  ASSERT_EQ(store.OpenSession(kOther, lease, kTtl)->outcome, kTransitioned);
  ASSERT_EQ(store.CloseSession(kOther)->outcome, kTransitioned);
  EXPECT_EQ(store.DisconnectSession(kOther, kTtl)->outcome, kFenceMissSession);
  EXPECT_EQ(store.ReclaimSession(kOther, lease, kTtl)->outcome, kFenceMissSession);
}

TEST_P(StoreContract, AReclaimNeedsItsHotWorkersLease) {
  ControlPlane& cp = Start("cp-1");
  const WorkerLease lease = MakeWorker(cp, kHot);
  const WorkerLease elsewhere = MakeWorker(cp, kHot);
  EXPECT_EQ(store.ReclaimSession(kSession, lease, kTtl)->outcome, kRowMissing);
  ASSERT_EQ(store.OpenSession(kSession, lease, kTtl)->outcome, kTransitioned);
  EXPECT_EQ(store.ReclaimSession(kSession, elsewhere, kTtl)->outcome, kRowMissing);
  const WorkerLease refreshed = *cp->RefreshLease(lease).lease;
  EXPECT_EQ(store.ReclaimSession(kSession, lease, kTtl)->outcome, kFenceMissEpoch);
  ASSERT_TRUE(cp->Drain(refreshed, SessionRule::kIgnoreSessions, "").landed());
  EXPECT_EQ(store.ReclaimSession(kSession, refreshed, kTtl)->outcome, kFenceMissState);
}

TEST_P(StoreContract, AClosedSessionFreesItsWorker) {
  const WorkerLease lease = MakeWorker(Start("cp-1"), kHot);
  SessionRow expected = *store.OpenSession(kSession, lease, kTtl)->session;
  expected.state = SessionState::kClosed;
  EXPECT_EQ(*store.CloseSession(kSession)->session, expected);
  EXPECT_EQ(*store.CloseSession(kSession)->session, expected) << "a repetition";
  EXPECT_EQ(store.OpenSession(kOther, lease, kTtl)->outcome, kTransitioned);
  Advance(kTtl);
  ASSERT_EQ(store.ExpireSessions()->size(), 1U);
  EXPECT_EQ(store.CloseSession(kOther)->session->state, SessionState::kExpired);
}

TEST_P(StoreContract, AnUnknownSessionIsAMissingRow) {
  EXPECT_EQ(store.DisconnectSession(kSession, kTtl)->outcome, kRowMissing);
  EXPECT_EQ(store.CloseSession(kSession)->outcome, kRowMissing);
  EXPECT_FALSE(store.FindSession(kSession.id)->has_value());
  EXPECT_THAT(store.ListSessions(WorkerId{1}).value(), IsEmpty());
}

TEST_P(StoreContract, RenewingExtendsTheActiveSessionsOfOnesWorkers) {
  ControlPlane& cp = Start("cp-1");
  ControlPlane& other = Start("cp-2");
  const WorkerLease active = MakeWorker(cp, kHot);
  const WorkerLease away = MakeWorker(cp, kHot);
  const WorkerLease late = MakeWorker(cp, kHot);
  const WorkerLease foreign = MakeWorker(other, kHot);
  ASSERT_EQ(store.OpenSession(Held("late"), late, kTtl / 2)->outcome, kTransitioned);
  for (const auto& [token, lease] :
       {std::pair("active", active), std::pair("away", away), std::pair("foreign", foreign)}) {
    ASSERT_EQ(store.OpenSession(Held(token), lease, kTtl)->outcome, kTransitioned);
  }
  ASSERT_EQ(store.DisconnectSession(Held("away"), kTtl)->outcome, kTransitioned);
  const absl::Time before = now;
  Advance(kTtl / 2);
  EXPECT_THAT(
      store
          .RenewSessions(
              cp.id(),
              {Held("active"), Held("away"), Held("foreign"), Held("late"), Held("unknown")}, kTtl)
          .value(),
      ElementsAre(Held("away"), Held("foreign"), Held("late"), Held("unknown")));
  EXPECT_EQ(RowOf(Held("active")).expires_at, now + kTtl);
  EXPECT_EQ(RowOf(Held("away")).expires_at, before + kTtl);
  EXPECT_EQ(RowOf(Held("foreign")).expires_at, before + kTtl);
  EXPECT_EQ(RowOf(Held("late")).expires_at, before + kTtl / 2) << "too late is too late";
}

TEST_P(StoreContract, OnlyTheSessionsThatAreNamedAreRenewed) {
  ControlPlane& cp = Start("cp-1");
  ASSERT_EQ(store.OpenSession(kSession, MakeWorker(cp, kHot), kTtl)->outcome, kTransitioned);
  ASSERT_EQ(store.OpenSession(kOther, MakeWorker(cp, kHot), kTtl)->outcome, kTransitioned);
  const absl::Time before = now;
  Advance(kTtl / 2);
  EXPECT_THAT(store.RenewSessions(cp.id(), {kOther}, kTtl).value(), IsEmpty());
  EXPECT_EQ(RowOf(kSession).expires_at, before + kTtl);
  EXPECT_EQ(RowOf(kOther).expires_at, now + kTtl);
  EXPECT_THAT(store.RenewSessions(cp.id(), {}, kTtl).value(), IsEmpty());
}

// ---- Holders -----------------------------------------------------------------------------------

TEST_P(StoreContract, ASessionObeysItsPresentHolderAlone) {
  ControlPlane& cp = Start("cp-1");
  const WorkerLease lease = MakeWorker(cp, kHot);
  ASSERT_EQ(store.OpenSession(kSession, lease, kTtl)->outcome, kTransitioned);
  const SessionHandle second{kSession.id, {BootId{88}, 2}};
  EXPECT_EQ(store.OpenSession(second, lease, kTtl)->outcome, kFenceMissSession);
  EXPECT_EQ(store.DisconnectSession(second, kTtl)->outcome, kFenceMissOwner);
  EXPECT_EQ(store.CloseSession(second)->outcome, kFenceMissOwner);

  const SessionRow reclaimed = *store.ReclaimSession(second, lease, kTtl)->session;
  EXPECT_EQ(reclaimed.holder, second.holder);
  EXPECT_EQ(store.DisconnectSession(kSession, kTtl)->outcome, kFenceMissOwner);
  EXPECT_EQ(store.CloseSession(kSession)->outcome, kFenceMissOwner);
  EXPECT_THAT(store.RenewSessions(cp.id(), {kSession}, 2 * kTtl).value(), ElementsAre(kSession));
  EXPECT_EQ(RowOf(second), reclaimed);
  EXPECT_EQ(store.CloseSession(second)->outcome, kTransitioned);
  EXPECT_EQ(store.CloseSession(kSession)->outcome, kFenceMissOwner) << "an ended one, too";
}

// Boots use all 64 bits.
TEST_P(StoreContract, AHolderIsTheWholeOfItsOperationId) {
  ControlPlane& cp = Start("cp-1");
  const WorkerLease lease = MakeWorker(cp, kHot);
  const SessionHandle held{kSession.id, {BootId{~std::uint64_t{0}}, 5}};
  ASSERT_EQ(store.OpenSession(held, lease, kTtl)->outcome, kTransitioned);
  EXPECT_EQ(RowOf(held).holder, held.holder);
  for (const OperationId other :
       {OperationId{BootId{~std::uint64_t{0}}, 6}, OperationId{BootId{1}, 5}}) {
    EXPECT_EQ(store.CloseSession({kSession.id, other})->outcome, kFenceMissOwner);
  }
  EXPECT_THAT(store.RenewSessions(cp.id(), {held}, 2 * kTtl).value(), IsEmpty());
}

// ---- Orgs --------------------------------------------------------------------------------------

TEST_P(StoreContract, AnOrgNeitherFindsNorChangesTheSessionOfAnother) {
  ControlPlane& cp = Start("cp-1");
  const WorkerLease lease = MakeWorker(cp, kHot, "org-a");
  const SessionRow row = *store.OpenSession(kSession, lease, kTtl)->session;
  const SessionHandle foreign{{Org("org-b"), kSession.id.token}, kSession.holder};
  EXPECT_FALSE(store.FindSession(foreign.id)->has_value());
  EXPECT_EQ(store.DisconnectSession(foreign, kTtl)->outcome, kRowMissing);
  EXPECT_EQ(store.ReclaimSession(foreign, lease, kTtl)->outcome, kRowMissing);
  EXPECT_EQ(store.CloseSession(foreign)->outcome, kRowMissing);
  EXPECT_THAT(store.RenewSessions(cp.id(), {foreign}, 2 * kTtl).value(), ElementsAre(foreign));
  EXPECT_EQ(RowOf(kSession), row);
}

TEST_P(StoreContract, TwoOrgsMayUseTheSameToken) {
  ControlPlane& cp = Start("cp-1");
  const WorkerLease of_a = MakeWorker(cp, kHot, "org-a");
  const WorkerLease of_b = MakeWorker(cp, kHot, "org-b");
  const SessionHandle other{{Org("org-b"), kSession.id.token}, kSession.holder};
  ASSERT_EQ(store.OpenSession(kSession, of_a, kTtl)->outcome, kTransitioned);
  ASSERT_EQ(store.OpenSession(other, of_b, kTtl)->outcome, kTransitioned);
  ASSERT_EQ(store.CloseSession(other)->outcome, kTransitioned);
  EXPECT_EQ(RowOf(kSession).state, SessionState::kActive);
}

TEST_P(StoreContract, ASessionOpensOnAWorkerOfItsOrgOnly) {
  ControlPlane& cp = Start("cp-1");
  const WorkerLease of_b = MakeWorker(cp, kHot, "org-b");
  EXPECT_EQ(store.OpenSession(kSession, of_b, kTtl)->outcome, kRowMissing);
  EXPECT_THAT(store.ListSessions(of_b.worker()).value(), IsEmpty());
}

// ---- Expiry ------------------------------------------------------------------------------------

TEST_P(StoreContract, SessionsPastTheirExpiryAreSweptOnceInTheOrderOfTheirTokens) {
  ControlPlane& cp = Start("cp-1");
  const char* const kTokens[] = {"b", "a", "B", "closed", "later"};
  for (const char* token : kTokens) {
    const absl::Duration ttl = std::string_view(token) == "later" ? kTtl + kTick : kTtl;
    ASSERT_EQ(store.OpenSession(Held(token), MakeWorker(cp, kHot), ttl)->outcome, kTransitioned);
  }
  ASSERT_EQ(store.CloseSession(Held("closed"))->outcome, kTransitioned);
  ASSERT_EQ(store.DisconnectSession(Held("a"), kTtl)->outcome, kTransitioned);
  Advance(kTtl - kTick);
  EXPECT_THAT(store.ExpireSessions().value(), IsEmpty());
  Advance(kTick);
  const auto swept = store.ExpireSessions();
  std::vector<std::string> tokens;
  for (const SessionRow& session : *swept) {
    tokens.push_back(session.id.token.text());
    EXPECT_EQ(session.state, SessionState::kExpired);
    EXPECT_EQ(RowOf({session.id, session.holder}), session);
  }
  EXPECT_THAT(tokens, ElementsAre("B", "a", "b"));
  EXPECT_THAT(store.ExpireSessions().value(), IsEmpty());
}

TEST_P(StoreContract, ASessionThatWasJudgedOverdueStaysSoWhenTheClockGoesBack) {
  ControlPlane& cp = Start("cp-1");
  const WorkerLease parked = MakeWorker(cp, kHot);
  const WorkerLease drained = MakeWorker(cp, kHot);
  const WorkerLease reopened = MakeWorker(cp, kHot);
  const WorkerLease orphan = MakeWorker(cp, kHot);
  const WorkerLease killed = MakeWorker(cp, kHot);
  const WorkerLease refused = MakeWorker(cp, kHot);
  for (const auto& [token, lease] :
       {std::pair("parked", parked), std::pair("drained", drained), std::pair("old", reopened),
        std::pair("orphan", orphan), std::pair("killed", killed), std::pair("refused", refused)}) {
    ASSERT_EQ(store.OpenSession(Held(token), lease, kTtl)->outcome, kTransitioned);
  }
  const auto state = [this](const char* token) { return RowOf(Held(token)).state; };
  Advance(kTtl);
  EXPECT_TRUE(cp->Park(parked).landed());
  EXPECT_TRUE(cp->Drain(drained, SessionRule::kSpareSessions, "").landed());
  EXPECT_EQ(store.OpenSession(Held("new"), reopened, kTtl)->outcome, kTransitioned);
  EXPECT_TRUE(cp->Drain(killed, SessionRule::kIgnoreSessions, "").landed());
  EXPECT_FALSE(cp->PublishIdle(refused, PodUid("uid")).landed());
  for (const char* token : {"parked", "drained", "old"}) {
    EXPECT_EQ(state(token), SessionState::kExpired) << token;
  }
  for (const char* token : {"orphan", "killed", "refused", "new"}) {
    EXPECT_EQ(state(token), SessionState::kActive) << token << " was judged by nobody";
  }
  ASSERT_TRUE(store.DeregisterControlPlane(cp.id()).ok());
  ControlPlane& janitor = Start("cp-2");
  Advance(janitor.config.orphan_grace);
  EXPECT_TRUE(janitor->RetireOrphan(Look(orphan), "").landed());
  EXPECT_EQ(state("orphan"), SessionState::kExpired);
  Advance(-kTtl - janitor.config.orphan_grace);
  EXPECT_EQ(store.DisconnectSession(Held("parked"), kTtl)->outcome, kFenceMissSession);
  EXPECT_EQ(store.ReclaimSession(Held("old"), reopened, kTtl)->outcome, kFenceMissSession);
}

TEST_P(StoreContract, AWorkersSessionsAreListedInTheOrderOfTheirTokens) {
  ControlPlane& cp = Start("cp-1");
  const WorkerLease lease = MakeWorker(cp, kHot);
  for (const char* token : {"b", "a", "c"}) {
    ASSERT_EQ(store.OpenSession(Held(token), lease, kTtl)->outcome, kTransitioned);
    ASSERT_EQ(store.CloseSession(Held(token))->outcome, kTransitioned);
  }
  ASSERT_EQ(store.OpenSession(Held("0"), MakeWorker(cp, kHot), kTtl)->outcome, kTransitioned);
  std::vector<std::string> tokens;
  const auto sessions = store.ListSessions(lease.worker());
  for (const SessionRow& session : *sessions) tokens.push_back(session.id.token.text());
  EXPECT_THAT(tokens, ElementsAre("a", "b", "c"));
}

}  // namespace
}  // namespace fencepost::store_contract
