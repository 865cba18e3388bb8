// Ids, names, states, errors: the words that everything else is made of.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "core/events/event.h"
#include "core/rules/authority.h"
#include "core/rules/effect.h"
#include "core/rules/ids.h"
#include "core/rules/state.h"
#include "core/rules/worker.h"
#include "core/seams/worker_store.h"

namespace fencepost {
namespace {

// ---- Ids ---------------------------------------------------------------------------------------

TEST(OperationIds, HaveOneText) {
  EXPECT_EQ((OperationId{BootId{0xa7}, 12}).ToString(), "00000000000000a7-12");
  EXPECT_EQ((OperationId{BootId{~0ULL}, ~0ULL}).ToString(),
            "ffffffffffffffff-18446744073709551615");
}

RC_GTEST_PROP(OperationIds, AreParsedBack, (std::uint64_t boot, std::uint64_t sequence)) {
  const OperationId id{BootId{boot}, sequence};
  RC_ASSERT(OperationId::Parse(id.ToString()) == id);
}

TEST(OperationIds, AreNotParsedFromAnythingElse) {
  for (const char* garbage : {
           "",
           "-",
           "a7-12",
           "00000000000000a7",
           "00000000000000a7-",
           "00000000000000a7-x",
           "00000000000000a7-1x",
           "00000000000000a7--1",
           "00000000000000a7-+1",
           "00000000000000a7- 1",
           "00000000000000a7-1 ",
           "00000000000000a7-01",
           "00000000000000a7-18446744073709551616",
           "00000000000000A7-12",
           "0x000000000000a7-12",
           "              a7-12",
           "+0000000000000a7-12",
           "00000000000000g7-12",
           "000000000000000a7-12",
           "00000000000000a7_12",
       }) {
    EXPECT_EQ(OperationId::Parse(garbage), std::nullopt) << '"' << garbage << '"';
  }
}

// Whatever is parsed has exactly one spelling.
RC_GTEST_PROP(OperationIds, AreNeverParsedFromTwoTexts, ()) {
  std::string text = OperationId{BootId{*rc::gen::arbitrary<std::uint64_t>()},
                                 *rc::gen::arbitrary<std::uint64_t>()}
                         .ToString();
  const std::size_t at = *rc::gen::inRange<std::size_t>(0, text.size());
  text[at] = *rc::gen::elementOf(std::string("0123456789abcdefABCDEFx+- \t"));
  const std::optional<OperationId> id = OperationId::Parse(text);
  if (id.has_value()) RC_ASSERT(id->ToString() == text);
}

TEST(OperationIds, AreOrderedWithinABootAndNoneIsZero) {
  const OperationId first{BootId{1}, 1};
  const OperationId second{BootId{1}, 2};
  EXPECT_LT(first, second);
  EXPECT_TRUE(OperationId().none());
  EXPECT_FALSE(first.none());
}

TEST(Counters, GoUpByOne) {
  EXPECT_EQ(Next(Epoch{4}), Epoch{5});
  EXPECT_EQ(Next(Revision{9}), Revision{10});
  EXPECT_EQ(Number(Term{3}), 3);
  EXPECT_EQ(Number(BootId{~0ULL}), ~0ULL);
}

TEST(Workers, NameTheirPodAndTheirSecret) {
  EXPECT_EQ(PodNameOf(WorkerId{42}), PodName("worker-42"));
  EXPECT_EQ(SecretNameOf(WorkerId{42}), SecretName("worker-42-rpc"));
}

TEST(Names, CompareByTheirText) {
  EXPECT_EQ(Org("a"), Org("a"));
  EXPECT_LT(Org("a"), Org("b"));
  EXPECT_TRUE(Org().empty());
  EXPECT_EQ(Org("a").text(), "a");
}

// ---- States ------------------------------------------------------------------------------------

TEST(States, HaveTheNamesOfTheLifecycleAndAreParsedBack) {
  const std::vector<std::string> names = {"spawning", "idle",     "reserved", "activating", "hot",
                                          "hot_idle", "draining", "retired",  "lost"};
  ASSERT_EQ(names.size(), kAllWorkerStates.size());
  for (std::size_t i = 0; i < names.size(); ++i) {
    EXPECT_EQ(static_cast<std::size_t>(kAllWorkerStates[i]), i);
    EXPECT_EQ(StateName(kAllWorkerStates[i]), names[i]);
    EXPECT_EQ(ParseState(names[i]), kAllWorkerStates[i]);
  }
  for (const char* garbage : {"", "Hot", "hot ", "hot-idle", "expired"}) {
    EXPECT_EQ(ParseState(garbage), std::nullopt) << garbage;
  }
}

TEST(States, AreActiveOrTerminalAndNeverBoth) {
  for (const WorkerState state : kAllWorkerStates) {
    EXPECT_NE(kActiveStates.Has(state), kTerminalStates.Has(state)) << StateName(state);
    EXPECT_EQ(IsTerminal(state), kTerminalStates.Has(state));
    const bool fenced = IsTerminal(state) || state == WorkerState::kDraining;
    EXPECT_EQ(kFencedStates.Has(state), fenced) << StateName(state);
  }
}

RC_GTEST_PROP(StateSets, AreSets, ()) {
  const auto bits = *rc::gen::inRange<std::uint16_t>(0, 512);
  const auto removed = *rc::gen::elementOf(kAllWorkerStates);
  const StateSet set = StateSet::FromBits(bits);
  RC_ASSERT(set.bits() == bits);
  RC_ASSERT(set.Empty() == (bits == 0));
  for (const WorkerState state : kAllWorkerStates) {
    const bool in = ((bits >> static_cast<unsigned>(state)) & 1U) != 0;
    RC_ASSERT(set.Has(state) == in);
    RC_ASSERT(set.Without(removed).Has(state) == (in && state != removed));
  }
}

// ---- Words of one kind are distinct ------------------------------------------------------------

template <class Enum>
void ExpectNames(std::string_view (*name)(Enum), const std::vector<std::string>& expected) {
  for (std::size_t i = 0; i < expected.size(); ++i) {
    EXPECT_EQ(name(static_cast<Enum>(i)), expected[i]);
  }
}

TEST(Names, OfEnumerators) {
  ExpectNames<CpState>(CpStateName, {"active", "draining", "expired"});
  ExpectNames<ExpiryCause>(ExpiryCauseName,
                           {"none", "missed_heartbeat", "overdue_drain", "deregistered"});
  ExpectNames<SessionState>(SessionStateName, {"active", "reconnecting", "expired", "closed"});
  ExpectNames<FenceOrigin>(FenceOriginName,
                           {"landed_transition", "terminal_snapshot", "absent_row"});
  ExpectNames<ClaimOutcome>(ClaimOutcomeName, {"claimed", "none_available", "org_cap", "global_cap",
                                               "warm_target_met", "owner_not_active"});
}

TEST(Names, OfEventsFollowTheirTypes) {
  const CpId cp("cp-1");
  EXPECT_EQ(EventName(ProcessStarted{cp}), "process_started");
  EXPECT_EQ(EventName(ProcessEnded{cp, true}), "process_ended");
  EXPECT_EQ(EventName(ProcessPaused{cp, true}), "process_paused");
  EXPECT_EQ(EventName(LoopPassed{"heartbeat"}), "loop_passed");
  const SessionToken token("session-1");
  const Org org("org-a");
  const Image image("image-1");
  EXPECT_EQ(EventName(ClientAsked{cp, token, org, image}), "client_asked");
  EXPECT_EQ(EventName(ClientAnswered{cp, token, absl::StatusCode::kOk}), "client_answered");
  const SessionHandle held;
  const PodUid uid;
  EXPECT_EQ(EventName(ClientServed{cp, held, WorkerId{1}, uid}), "client_served");
  EXPECT_EQ(EventName(ClientLeft{cp, held, true}), "client_left");
  EXPECT_EQ(EventName(ClientDropped{cp, held}), "client_dropped");
  EXPECT_EQ(EventName(CredentialsRefused{org}), "credentials_refused");
  EXPECT_EQ(EventName(EndOrdered{WorkerId{1}}), "end_ordered");
  EXPECT_EQ(EventName(ControlPlaneRemoved{cp}), "control_plane_removed");
  EXPECT_EQ(EventName(SecretCreated{WorkerId{1}}), "secret_created");
  EXPECT_EQ(EventName(SecretDeleted{WorkerId{1}}), "secret_deleted");
  const TransitionRequest request;
  EXPECT_EQ(EventName(TransitionAttempted{request}), "transition_attempted");
  EXPECT_EQ(EventName(TransitionTold{request, {}, nullptr}), "transition_told");
  EXPECT_EQ(EventName(RowRefused{request, {}, nullptr, {}}), "row_refused");
  const WorkerRow row;
  EXPECT_EQ(EventName(RowCommitted{{}, {}, nullptr, nullptr, row, {}}), "row_committed");
  const SessionRow session;
  EXPECT_EQ(EventName(SessionChanged{session, {}}), "session_changed");
  const ControlPlaneRow plane;
  EXPECT_EQ(EventName(ControlPlaneChanged{plane, {}}), "control_plane_changed");
  EXPECT_EQ(EventName(PodGone{WorkerId{1}, uid}), "pod_gone");
  EXPECT_EQ(EventName(WorkerAccepted{WorkerId{1}, uid, "", {}, nullptr}), "worker_accepted");
  EXPECT_EQ(EventName(WorkerRefused{WorkerId{1}, uid, "", {}, {}}), "worker_refused");
  const absl::Status why;
  EXPECT_EQ(EventName(Noted{WorkerId{1}, "x", why}), "noted");
}

// ---- Sessions ----------------------------------------------------------------------------------

TEST(Sessions, AreLiveUntilTheMomentOfTheirExpiry) {
  const absl::Time expiry = absl::FromUnixSeconds(100);
  SessionRow session;
  session.expires_at = expiry;
  for (const SessionState state : {SessionState::kActive, SessionState::kReconnecting}) {
    session.state = state;
    EXPECT_TRUE(IsLive(session, expiry - absl::Nanoseconds(1)));
    EXPECT_FALSE(IsLive(session, expiry));
    EXPECT_FALSE(IsLive(session, expiry + absl::Seconds(1)));
  }
  for (const SessionState state : {SessionState::kExpired, SessionState::kClosed}) {
    session.state = state;
    EXPECT_FALSE(IsLive(session, expiry - absl::Seconds(1)));
  }
}

// ---- Errors ------------------------------------------------------------------------------------

TEST(Errors, SayWhetherTheCallMayHaveHadItsEffect) {
  EXPECT_FALSE(MayHaveApplied(NotApplied("refused")));
  EXPECT_TRUE(MayHaveApplied(InDoubt("lost")));
  EXPECT_TRUE(MayHaveApplied(Cancelled()));
  EXPECT_TRUE(absl::IsCancelled(Cancelled()));
  EXPECT_EQ(NotApplied("refused").message(), "refused");
  EXPECT_EQ(InDoubt("lost").message(), "lost");
}

TEST(Errors, WithoutAPromiseAreInDoubt) {
  using enum absl::StatusCode;
  const std::set<absl::StatusCode> promises = {
      kUnavailable,      kInvalidArgument,   kNotFound,           kAlreadyExists,
      kPermissionDenied, kResourceExhausted, kFailedPrecondition, kAborted,
      kOutOfRange,       kUnimplemented,     kUnauthenticated};
  for (int code = 1; code <= static_cast<int>(kUnauthenticated); ++code) {
    const absl::Status status(static_cast<absl::StatusCode>(code), "");
    EXPECT_EQ(MayHaveApplied(status), promises.count(status.code()) == 0) << status;
  }
}

}  // namespace
}  // namespace fencepost
