// The laws that every lifecycle table must obey, whatever its operations are.
//
// Each law is a function of its own that gives the first operation which breaks it, so that a test
// can show it a broken table. The table of core/rules/transition.h is held to all of them when
// core/rules/transition.cc is compiled.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "core/rules/transition.h"

namespace fencepost {

using LifecycleTable = std::array<TransitionRule, kOperationCount>;

namespace lifecycle_laws {

constexpr bool IsWithin(StateSet states, StateSet others) {
  return (states.bits() & others.bits()) == states.bits();
}
constexpr bool Creates(const TransitionRule& rule) { return rule.fence == FenceKind::kCaps; }

// The row of the table at each index is that operation's: RuleOf depends on it.
constexpr bool StandsAtItsPlace(const LifecycleTable& table, std::size_t i) {
  return table[i].operation == static_cast<Operation>(i);
}
constexpr bool HasANameOfItsOwn(const LifecycleTable& table, std::size_t i) {
  for (std::size_t other = 0; other < i; ++other) {
    if (table[other].name == table[i].name) return false;
  }
  return !table[i].name.empty();
}

// ---- States ------------------------------------------------------------------------------------

// Terminal states are absorbing.
constexpr bool NeverStartsFromATerminalState(const TransitionRule& rule) {
  return IsWithin(rule.from, kActiveStates) && IsWithin(rule.from_to_lost, kActiveStates);
}
// A worker that is dead to everyone never comes back to service: what may start from `draining`
// leads into fenced states only.
constexpr bool NeverLeadsBackIntoService(const TransitionRule& rule) {
  const bool starts_fenced = rule.from.Has(WorkerState::kDraining);
  return !starts_fenced || (!rule.to.Empty() && IsWithin(rule.to, kFencedStates));
}
// What creates has no row to start from, and a new row begins as spawning; everything else has.
constexpr bool StartsFromNoRowExactlyIfItCreates(const TransitionRule& rule) {
  if (Creates(rule)) return rule.from.Empty() && rule.to == StateSet(WorkerState::kSpawning);
  return !rule.from.Empty() && !rule.to.Has(WorkerState::kSpawning);
}
// The states that lead to `lost` are named exactly where the operation may lead there, and are some
// of those that it starts from.
constexpr bool NamesWhatMayBeLost(const TransitionRule& rule) {
  return rule.from_to_lost.Empty() != rule.to.Has(WorkerState::kLost) &&
         IsWithin(rule.from_to_lost, rule.from);
}
// The request chooses between ends of the worker's life, never between states of its service.
constexpr bool LeavesAChoiceOfTerminalStatesOnly(const TransitionRule& rule) {
  if (rule.to.Empty() || OnlyTarget(rule).has_value()) return true;
  return IsWithin(rule.to, kTerminalStates);
}

// ---- Fences ------------------------------------------------------------------------------------

// A fence is granted exactly where every state that the operation leads to is a fenced one.
constexpr bool GrantsAFenceExactlyWhereItFences(const TransitionRule& rule) {
  return rule.grants_fence == (!rule.to.Empty() && IsWithin(rule.to, kFencedStates));
}
// Whatever ends a worker says why, and nothing else gives a reason.
constexpr bool RecordsAReasonExactlyIfItFences(const TransitionRule& rule) {
  return rule.effects.Has(Effect::kRecordReason) == rule.grants_fence;
}
// Only a worker that is being ended can be spared; an operation with the guard has it already.
constexpr bool SparesOnlyWhatItFences(const TransitionRule& rule) {
  return !rule.may_spare_sessions || (rule.grants_fence && !rule.guards.Has(Guard::kNoLiveSession));
}

// ---- Leases ------------------------------------------------------------------------------------

constexpr bool NeverGrantsLeaseAndFence(const TransitionRule& rule) {
  return !(rule.grants_lease && rule.grants_fence);
}
// Every lease has an epoch of its own: each one makes those before it stale.
constexpr bool RaisesTheEpochExactlyIfItGrantsALease(const TransitionRule& rule) {
  return rule.effects.Has(Effect::kRaiseEpoch) == rule.grants_lease;
}
// A new owner holds a lease, and those of the old owner are stale.
constexpr bool GivesANewOwnerALease(const TransitionRule& rule) {
  return !rule.effects.Has(Effect::kSetOwner) ||
         (rule.effects.Has(Effect::kRaiseEpoch) && rule.grants_lease);
}
// An owner keeps what it has under its own lease, so an operation that a lease fences sets none;
// every other way to a lease makes its caller the owner.
constexpr bool SetsTheOwnerExactlyIfItGrantsALeaseToAnother(const TransitionRule& rule) {
  return rule.effects.Has(Effect::kSetOwner) ==
         (rule.grants_lease && rule.fence != FenceKind::kLease);
}
// Having seen a row makes nobody its owner.
constexpr bool ASnapshotGrantsNoLease(const TransitionRule& rule) {
  return rule.fence != FenceKind::kSnapshot || (!rule.grants_lease && rule.grants_fence);
}
// An epoch alone is a weak belief: an operation may act on it only when the owner is gone.
constexpr bool AnEpochAloneNeedsAGoneOwner(const TransitionRule& rule) {
  return rule.fence != FenceKind::kEpoch || rule.guards.Has(Guard::kOwnerGone);
}
// Under a lease the caller is the owner, and creates and claims look for rows themselves: that the
// owner is gone is a condition of what acts on another's worker.
constexpr bool AsksForAGoneOwnerOnlyOfAnothersWorker(const TransitionRule& rule) {
  return !rule.guards.Has(Guard::kOwnerGone) || rule.fence == FenceKind::kEpoch ||
         rule.fence == FenceKind::kSnapshot;
}

// ---- What is written ---------------------------------------------------------------------------

// A worker gets its org when it is made or claimed, so that no operation gives it to another one
// while it serves.
constexpr bool SetsTheOrgExactlyInCreatesAndClaims(const TransitionRule& rule) {
  return rule.effects.Has(Effect::kSetOrg) == (Creates(rule) || rule.fence == FenceKind::kRowLock);
}
// A claim serves an org: it takes a worker that serves nobody now, and reserves it.
constexpr bool ClaimsReserveWhatIsIdle(const TransitionRule& rule) {
  constexpr StateSet kIdleOnes{WorkerState::kIdle, WorkerState::kHotIdle};
  return rule.fence != FenceKind::kRowLock ||
         (IsWithin(rule.from, kIdleOnes) && rule.to == StateSet(WorkerState::kReserved));
}
// A pod is published once, by what leads out of spawning into service.
constexpr bool RecordsThePodExactlyWhenItIsPublished(const TransitionRule& rule) {
  const bool publishes = rule.from == StateSet(WorkerState::kSpawning) && !rule.grants_fence;
  return rule.effects.Has(Effect::kRecordPodUid) == publishes;
}
constexpr bool RecordsActivationExactlyWhenItBegins(const TransitionRule& rule) {
  return rule.effects.Has(Effect::kRecordActivation) ==
         (rule.to == StateSet(WorkerState::kActivating));
}
// Credentials belong to an org: they are recorded under the lease, and never for a worker that no
// org has.
constexpr bool RecordsCredentialsOfAnOrgsWorkerOnly(const TransitionRule& rule) {
  if (!rule.effects.Has(Effect::kRecordCredentials)) return true;
  const bool may_be_unbound = rule.from.Has(WorkerState::kIdle);
  return rule.fence == FenceKind::kLease && !rule.grants_fence &&
         (!may_be_unbound || rule.guards.Has(Guard::kOrgBoundIfIdle));
}
// The guard is about idle workers: where there are none it would say nothing.
constexpr bool AsksForAnOrgOnlyOfIdleWorkers(const TransitionRule& rule) {
  return !rule.guards.Has(Guard::kOrgBoundIfIdle) || rule.from.Has(WorkerState::kIdle);
}
// A parked worker has no session, by the store's word in the same step.
constexpr bool ParksOnlyWithoutASession(const TransitionRule& rule) {
  return !rule.to.Has(WorkerState::kHotIdle) || rule.guards.Has(Guard::kNoLiveSession);
}
// A worker loses its org only when it goes back to the idle ones before any activation has begun:
// once credentials may have reached it, it serves no other org.
constexpr bool ClearsTheOrgOnlyOfAnUntouchedWorker(const TransitionRule& rule) {
  if (!rule.effects.Has(Effect::kClearOrg)) return !rule.guards.Has(Guard::kNeverActivated);
  return rule.fence == FenceKind::kLease && rule.to == StateSet(WorkerState::kIdle) &&
         rule.guards.Has(Guard::kNeverActivated) && rule.guards.Has(Guard::kNoLiveSession);
}
// Nothing that keeps the state is without an effect: it would be a change that nobody can see.
constexpr bool ChangesSomething(const TransitionRule& rule) {
  return !rule.to.Empty() || rule.effects != EffectSet();
}

struct Law {
  std::string_view name;
  bool (*holds)(const TransitionRule& rule);
};

inline constexpr std::array kLaws = {
    Law{"NeverStartsFromATerminalState", &NeverStartsFromATerminalState},
    Law{"NeverLeadsBackIntoService", &NeverLeadsBackIntoService},
    Law{"StartsFromNoRowExactlyIfItCreates", &StartsFromNoRowExactlyIfItCreates},
    Law{"NamesWhatMayBeLost", &NamesWhatMayBeLost},
    Law{"LeavesAChoiceOfTerminalStatesOnly", &LeavesAChoiceOfTerminalStatesOnly},
    Law{"GrantsAFenceExactlyWhereItFences", &GrantsAFenceExactlyWhereItFences},
    Law{"RecordsAReasonExactlyIfItFences", &RecordsAReasonExactlyIfItFences},
    Law{"SparesOnlyWhatItFences", &SparesOnlyWhatItFences},
    Law{"NeverGrantsLeaseAndFence", &NeverGrantsLeaseAndFence},
    Law{"RaisesTheEpochExactlyIfItGrantsALease", &RaisesTheEpochExactlyIfItGrantsALease},
    Law{"GivesANewOwnerALease", &GivesANewOwnerALease},
    Law{"SetsTheOwnerExactlyIfItGrantsALeaseToAnother",
        &SetsTheOwnerExactlyIfItGrantsALeaseToAnother},
    Law{"ASnapshotGrantsNoLease", &ASnapshotGrantsNoLease},
    Law{"AnEpochAloneNeedsAGoneOwner", &AnEpochAloneNeedsAGoneOwner},
    Law{"AsksForAGoneOwnerOnlyOfAnothersWorker", &AsksForAGoneOwnerOnlyOfAnothersWorker},
    Law{"SetsTheOrgExactlyInCreatesAndClaims", &SetsTheOrgExactlyInCreatesAndClaims},
    Law{"ClaimsReserveWhatIsIdle", &ClaimsReserveWhatIsIdle},
    Law{"RecordsThePodExactlyWhenItIsPublished", &RecordsThePodExactlyWhenItIsPublished},
    Law{"RecordsActivationExactlyWhenItBegins", &RecordsActivationExactlyWhenItBegins},
    Law{"RecordsCredentialsOfAnOrgsWorkerOnly", &RecordsCredentialsOfAnOrgsWorkerOnly},
    Law{"AsksForAnOrgOnlyOfIdleWorkers", &AsksForAnOrgOnlyOfIdleWorkers},
    Law{"ParksOnlyWithoutASession", &ParksOnlyWithoutASession},
    Law{"ClearsTheOrgOnlyOfAnUntouchedWorker", &ClearsTheOrgOnlyOfAnUntouchedWorker},
    Law{"ChangesSomething", &ChangesSomething},
};

// The first operation that breaks the law; nullopt when all obey it.
constexpr std::optional<Operation> BreakerOf(const Law& law, const LifecycleTable& table) {
  for (const TransitionRule& rule : table) {
    if (!law.holds(rule)) return rule.operation;
  }
  return std::nullopt;
}
constexpr bool AllStandAtTheirPlaces(const LifecycleTable& table) {
  for (std::size_t i = 0; i < table.size(); ++i) {
    if (!StandsAtItsPlace(table, i) || !HasANameOfItsOwn(table, i)) return false;
  }
  return true;
}
// Every state can be reached from a new row, and from every active state a worker can be ended from
// a snapshot: nothing is stuck when its owner is.
constexpr bool EveryStateIsReachable(const LifecycleTable& table) {
  std::uint16_t reached = 0;
  for (std::size_t round = 0; round < kWorkerStateCount; ++round) {
    for (const TransitionRule& rule : table) {
      const bool starts = rule.from.Empty() || (rule.from.bits() & reached) != 0;
      if (starts) reached = static_cast<std::uint16_t>(reached | rule.to.bits());
    }
  }
  std::uint16_t all = 0;
  for (const WorkerState state : kAllWorkerStates) {
    all = static_cast<std::uint16_t>(all | StateSet(state).bits());
  }
  return reached == all;
}
constexpr bool EveryActiveStateCanBeEndedBySight(const LifecycleTable& table) {
  std::uint16_t ended = 0;
  for (const TransitionRule& rule : table) {
    const bool by_sight = rule.fence == FenceKind::kSnapshot && rule.guards == GuardSet() &&
                          IsWithin(rule.to, kTerminalStates) && !rule.to.Empty();
    if (by_sight) ended = static_cast<std::uint16_t>(ended | rule.from.bits());
  }
  return ended == kActiveStates.bits();
}

}  // namespace lifecycle_laws

}  // namespace fencepost
