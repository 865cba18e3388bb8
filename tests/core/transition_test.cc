// The lifecycle table against an expectation written by hand, and Judge and Apply against an
// oracle of this file's own.

#include "core/transition.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "core/request.h"

namespace fencepost {
namespace {

using enum WorkerState;
using enum TransitionOutcome;

struct Expected {
  const char* name;
  FenceKind fence;
  std::vector<WorkerState> from;
  std::vector<WorkerState> to;  // empty: stays
  bool raises_epoch;
  bool grants_lease;
  bool grants_fence;
};

const std::vector<WorkerState> kNotDraining = {kSpawning, kIdle, kReserved,
                                               kActivating, kHot, kHotIdle};
const std::vector<WorkerState> kActive = {kSpawning, kIdle,    kReserved, kActivating,
                                          kHot,      kHotIdle, kDraining};

std::vector<Expected> Table() {
  return {
      {"create_org_slot", FenceKind::kCaps, {}, {kSpawning}, true, true, false},
      {"create_warm_slot", FenceKind::kCaps, {}, {kSpawning}, true, true, false},
      {"publish_idle", FenceKind::kLease, {kSpawning}, {kIdle}, false, false, false},
      {"publish_reserved", FenceKind::kLease, {kSpawning}, {kReserved}, false, false, false},
      {"claim_idle", FenceKind::kRowLock, {kIdle}, {kReserved}, true, true, false},
      {"claim_hot_idle", FenceKind::kRowLock, {kHotIdle}, {kReserved}, true, true, false},
      {"take_over", FenceKind::kEpoch, {kHot}, {kReserved}, true, true, false},
      {"begin_activation", FenceKind::kLease, {kReserved}, {kActivating}, false, false, false},
      {"finish_activation", FenceKind::kLease, {kActivating}, {kHot}, false, false, false},
      {"park", FenceKind::kLease, {kHot}, {kHotIdle}, false, false, false},
      {"refresh_lease", FenceKind::kLease, {kIdle, kHot, kHotIdle}, {}, true, true, false},
      {"stamp_credentials", FenceKind::kLease, {kIdle, kHot, kHotIdle}, {}, false, false, false},
      {"drain", FenceKind::kLease, kNotDraining, {kDraining}, false, false, true},
      {"retire_drained", FenceKind::kLease, {kDraining}, {kRetired}, false, false, true},
      {"mark_lost", FenceKind::kLease, kNotDraining, {kLost}, false, false, true},
      {"retire_from_snapshot", FenceKind::kSnapshot, kActive, {kRetired, kLost}, false, false,
       true},
      {"retire_orphan", FenceKind::kSnapshot, kActive, {kRetired}, false, false, true},
      {"retire_idle_variant", FenceKind::kSnapshot, {kIdle, kHotIdle}, {kRetired}, false, false,
       true},
  };
}

StateSet SetOf(const std::vector<WorkerState>& states) {
  std::uint16_t bits = 0;
  for (const WorkerState state : states) bits |= StateSet(state).bits();
  return StateSet::FromBits(bits);
}

TEST(Table, IsTheLifecycle) {
  const std::vector<Expected> expected = Table();
  ASSERT_EQ(expected.size(), kOperationCount);
  for (std::size_t i = 0; i < expected.size(); ++i) {
    const TransitionRule& rule = kLifecycle[i];
    SCOPED_TRACE(expected[i].name);
    EXPECT_EQ(rule.name, expected[i].name);
    EXPECT_EQ(rule.fence, expected[i].fence);
    EXPECT_EQ(rule.from, SetOf(expected[i].from));
    EXPECT_EQ(rule.to, SetOf(expected[i].to));
    EXPECT_EQ(rule.effects.Has(Effect::kRaiseEpoch), expected[i].raises_epoch);
    EXPECT_EQ(rule.grants_lease, expected[i].grants_lease);
    EXPECT_EQ(rule.grants_fence, expected[i].grants_fence);
  }
}

TEST(Table, NothingLeavesATerminalStateOrReturnsFromDraining) {
  for (const TransitionRule& rule : kLifecycle) {
    EXPECT_FALSE(rule.from.Has(kRetired) || rule.from.Has(kLost)) << rule.name;
    if (!rule.from.Has(kDraining)) continue;
    EXPECT_TRUE(rule.to == StateSet(kRetired) || rule.to == StateSet(kRetired, kLost)) << rule.name;
  }
}

TEST(Table, AFenceIsGrantedExactlyWhereTheTargetIsDeadToEveryone) {
  for (const TransitionRule& rule : kLifecycle) {
    bool all_dead = !rule.to.Empty();
    for (const WorkerState state : kAllWorkerStates) {
      if (rule.to.Has(state) && !kFencedStates.Has(state)) all_dead = false;
    }
    EXPECT_EQ(rule.grants_fence, all_dead) << rule.name;
  }
}

TEST(Table, OnlyTheGuardsThatTheLifecycleNames) {
  for (const TransitionRule& rule : kLifecycle) {
    const std::string name(rule.name);
    const bool gone = name == "take_over" || name == "retire_orphan";
    const bool session = name == "park" || name == "retire_orphan";
    const bool bound = name == "refresh_lease" || name == "stamp_credentials";
    EXPECT_EQ(rule.guards.Has(Guard::kOwnerGone), gone) << name;
    EXPECT_EQ(rule.guards.Has(Guard::kNoLiveSession), session) << name;
    EXPECT_EQ(rule.guards.Has(Guard::kOrgBoundIfIdle), bound) << name;
    EXPECT_EQ(rule.may_spare_sessions, name == "drain") << name;
  }
}

TEST(Table, NamesAreReadBack) {
  for (const TransitionRule& rule : kLifecycle) EXPECT_EQ(ParseOperation(rule.name), rule.operation);
  EXPECT_EQ(ParseOperation("no_such_operation"), std::nullopt);
  for (std::size_t i = 0; i < kTransitionOutcomeCount; ++i) {
    const auto outcome = static_cast<TransitionOutcome>(i);
    EXPECT_EQ(ParseOutcome(OutcomeName(outcome)), outcome);
  }
  EXPECT_EQ(ParseOutcome("fine"), std::nullopt);
  for (const WorkerState state : kAllWorkerStates) EXPECT_EQ(ParseState(StateName(state)), state);
  EXPECT_EQ(ParseState("hotter"), std::nullopt);
}

WorkerRow Row(WorkerState state) {
  WorkerRow row;
  row.worker_id = WorkerId{1};
  row.org = Org("org-a");
  row.state = state;
  row.owner_cp = CpId("cp-1");
  row.owner_epoch = Epoch{3};
  row.revision = Revision{7};
  row.last_operation = {BootId{9}, 1};
  return row;
}

// What differs between the caller's belief and the row.
struct Belief {
  bool owner = true;
  bool epoch = true;
  bool revision = true;
  bool state = true;
};

TransitionRequest RequestFor(Operation operation, const WorkerRow& row, const Belief& belief) {
  const TransitionRule& rule = RuleOf(operation);
  TransitionRequest request;
  request.operation = operation;
  request.id = {BootId{5}, 10};
  request.worker = row.worker_id;
  request.believed_owner = belief.owner ? row.owner_cp : CpId("cp-2");
  request.believed_epoch = belief.epoch ? row.owner_epoch : Epoch{2};
  request.believed_revision = belief.revision ? row.revision : Revision{6};
  request.believed_state = belief.state ? row.state : (row.state == kHot ? kIdle : kHot);
  request.guards = rule.guards;
  request.target = OnlyTarget(rule);
  if (operation == Operation::kRetireFromSnapshot) request.target = kRetired;
  return request;
}

TransitionOutcome Oracle(const Expected& expected, WorkerState state, const Belief& belief,
                         const GuardFacts& facts) {
  const bool eligible = SetOf(expected.from).Has(state);
  const std::string name = expected.name;
  if (!eligible) return kFenceMissState;
  switch (expected.fence) {
    case FenceKind::kLease:
      if (!belief.owner) return kFenceMissOwner;
      if (!belief.epoch) return kFenceMissEpoch;
      break;
    case FenceKind::kEpoch:
      if (!belief.epoch) return kFenceMissEpoch;
      break;
    case FenceKind::kSnapshot:
      if (belief.revision) break;
      if (!belief.state) return kFenceMissState;
      if (!belief.owner) return kFenceMissOwner;
      if (!belief.epoch) return kFenceMissEpoch;
      return kFenceMissTouched;
    default:
      break;
  }
  if ((name == "take_over" || name == "retire_orphan") && !facts.owner_gone) {
    return kFenceMissCpRevived;
  }
  if ((name == "park" || name == "retire_orphan") && facts.live_session) return kFenceMissSession;
  return kTransitioned;
}

TEST(Judge, AgreesWithTheOracleOnEveryStateBeliefAndFact) {
  int judged = 0;
  for (const Expected& expected : Table()) {
    if (expected.fence == FenceKind::kCaps || expected.fence == FenceKind::kRowLock) continue;
    const Operation operation = *ParseOperation(expected.name);
    for (const WorkerState state : kAllWorkerStates) {
      for (int bits = 0; bits < 64; ++bits) {
        const Belief belief{(bits & 1) != 0, (bits & 2) != 0, (bits & 4) != 0, (bits & 8) != 0};
        const GuardFacts facts{(bits & 16) != 0, (bits & 32) != 0};
        const WorkerRow row = Row(state);
        const TransitionRequest request = RequestFor(operation, row, belief);
        EXPECT_EQ(Judge(request, &row, facts), Oracle(expected, state, belief, facts))
            << expected.name << " from " << StateName(state) << ", case " << bits;
        ++judged;
      }
    }
  }
  EXPECT_EQ(judged, 14 * 9 * 64);
}

TEST(Judge, AMissingRowIsToldFirst) {
  const TransitionRequest request = RequestFor(Operation::kDrain, Row(kHot), {});
  EXPECT_EQ(Judge(request, nullptr, {}), kRowMissing);
}

TEST(Judge, ADrainingWorkerIsNotMarkedLostFromASnapshot) {
  const WorkerRow row = Row(kDraining);
  TransitionRequest request = RequestFor(Operation::kRetireFromSnapshot, row, {});
  EXPECT_EQ(Judge(request, &row, {}), kTransitioned);
  request.target = kLost;
  EXPECT_EQ(Judge(request, &row, {}), kFenceMissState);
}

TEST(Judge, AnIdleWorkerWithoutAnOrgIsNotRefreshed) {
  WorkerRow row = Row(kIdle);
  const TransitionRequest request = RequestFor(Operation::kRefreshLease, row, {});
  EXPECT_EQ(Judge(request, &row, {}), kTransitioned);
  row.org = Org();
  EXPECT_EQ(Judge(request, &row, {}), kFenceMissState);
}

TEST(AtMostOnce, TheSameOperationAgainSucceedsWhateverElseIsWrong) {
  WorkerRow row = Row(kRetired);
  const TransitionRequest request = RequestFor(Operation::kRetireDrained, row, {});
  row.last_operation = request.id;
  EXPECT_TRUE(AlreadyApplied(request, row));
  EXPECT_EQ(Judge(request, &row, {}), kTransitioned);
}

TEST(AtMostOnce, AnOperationThatALaterOneOvertookIsRefused) {
  WorkerRow row = Row(kHot);
  const TransitionRequest request = RequestFor(Operation::kStampCredentials, row, {});
  row.last_operation = {request.id.boot, request.id.sequence + 1};
  EXPECT_EQ(Judge(request, &row, {}), kFenceMissTouched);
  row.last_operation = {request.id.boot, request.id.sequence - 1};
  EXPECT_EQ(Judge(request, &row, {}), kTransitioned);
  row.last_operation = {BootId{Number(request.id.boot) + 1}, request.id.sequence + 1};
  EXPECT_EQ(Judge(request, &row, {}), kTransitioned);
}

TEST(Apply, WritesWhatTheTableSaysAndNothingElse) {
  const absl::Time now = absl::FromUnixSeconds(100);
  WorkerRow row = Row(kActivating);
  TransitionRequest request = RequestFor(Operation::kFinishActivation, row, {});
  request.credentials_expiry = absl::FromUnixSeconds(900);
  request.pod_uid = PodUid("not this operation's business");
  request.reason = "nor this";
  Apply(request, now, row);
  EXPECT_EQ(row.state, kHot);
  EXPECT_EQ(row.state_since, now);
  EXPECT_EQ(row.updated_at, now);
  EXPECT_EQ(row.credentials_expiry, absl::FromUnixSeconds(900));
  EXPECT_EQ(row.owner_epoch, Epoch{3});
  EXPECT_EQ(row.revision, Revision{8});
  EXPECT_EQ(row.last_operation, request.id);
  EXPECT_TRUE(row.pod_uid.empty());
  EXPECT_EQ(row.retire_reason, "");
}

TEST(Apply, ARefreshKeepsTheAgeOfTheState) {
  WorkerRow row = Row(kHotIdle);
  row.state_since = absl::FromUnixSeconds(1);
  Apply(RequestFor(Operation::kRefreshLease, row, {}), absl::FromUnixSeconds(100), row);
  EXPECT_EQ(row.state_since, absl::FromUnixSeconds(1));
  EXPECT_EQ(row.owner_epoch, Epoch{4});
  EXPECT_EQ(row.state, kHotIdle);
}

TEST(OwnerIsGone, OnlyOnceItsGraceIsOver) {
  ControlPlaneRow owner;
  const absl::Time now = absl::FromUnixSeconds(1000);
  EXPECT_TRUE(OwnerIsGone(nullptr, absl::Seconds(30), now));
  EXPECT_FALSE(OwnerIsGone(&owner, absl::Seconds(30), now));
  owner.state = CpState::kDraining;
  EXPECT_FALSE(OwnerIsGone(&owner, absl::Seconds(30), now));
  owner.state = CpState::kExpired;
  owner.expired_at = now - absl::Seconds(29);
  EXPECT_FALSE(OwnerIsGone(&owner, absl::Seconds(30), now));
  owner.expired_at = now - absl::Seconds(30);
  EXPECT_TRUE(OwnerIsGone(&owner, absl::Seconds(30), now));
}

}  // namespace
}  // namespace fencepost
