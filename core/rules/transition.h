// The whole lifecycle of a worker, as one constexpr table: kLifecycle.
//
// Generated from the table, and so right after a change of the table alone: what the reference
// store and SQLite execute (core/rules/request.h), PostgreSQL's statements of transitions, the rows
// that the models and the conformance check allow, legal-transition, the probes of landed
// operations, and docs/lifecycle.svg (to be drawn again: tests/core/draw_lifecycle.cc). A table
// that breaks a law of every lifecycle does not compile: core/rules/transition_laws.h.
//
// Written by hand, and to be changed with the table:
//   for a new operation: a method of WorkerLifecycle and its callers, its choreography and names in
//     models/lifecycle and models/conformance, docs/concepts/lifecycle.md
//   for a new kind of fence, guard or effect: Judge and Apply (core/rules/request.cc), the SQL of
//     store_pg/transition_sql.cc and store_sqlite/rows.cc, models/lifecycle/row_rules.*
//   for another way to create or claim: core/rules/claims.cc, store_sqlite/sqlite_claims.cc,
//     sim/world/reference_claims.cc, and, with a new version of the schema,
//     store_pg/functions_claims.cc
//   for any change: the peers of the models (bench/peers/lifecycle.m and lifecycle.pml), the counts
//     of states in tests/models, the second account of the table in
//     tests/core/transition_table_test.cc, and what properties/ claims without the table
//
// What a state means to a session (core/rules/sessions.h) or to a control plane
// (core/rules/control_planes.h) is not in the table: the functions there, and their copies in SQL
// (store_pg/functions_*.cc), are written by hand. A change of the states themselves
// (core/rules/state.h) needs a migration in each store.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/time/time.h"
#include "core/rules/ids.h"
#include "core/rules/outcome.h"
#include "core/rules/state.h"
#include "core/rules/worker.h"

namespace fencepost {

enum class Operation : std::uint8_t {
  kCreateOrgSlot,
  kCreateWarmSlot,
  kPublishIdle,
  kPublishReserved,
  kClaimIdle,
  kClaimHotIdle,
  kTakeOver,
  kBeginActivation,
  kFinishActivation,
  kPark,
  kRefreshLease,
  kStampCredentials,
  kDrain,
  kRetireDrained,
  kMarkLost,
  kRetireFromSnapshot,
  kRetireOrphan,
  kRetireIdleVariant,
  kReturnIdle,
  kReturnHotIdle,
};
inline constexpr std::size_t kOperationCount = 20;

// What an operation compares before it changes anything.
enum class FenceKind : std::uint8_t {
  kCaps,      // creates: room under the caps
  kRowLock,   // claims: a row that no other claim has locked, and room under the org's cap
  kLease,     // owner control plane and epoch
  kEpoch,     // the epoch that was observed; the owner must be gone
  kSnapshot,  // the revision that was observed
};

// Conditions besides the fence, checked in the same atomic step as the change.
enum class Guard : std::uint8_t {
  kOwnerGone = 1,       // the owner is expired or has no row
  kNoLiveSession = 2,   // no session protects the worker
  kOrgBoundIfIdle = 4,  // an idle worker must already belong to an org
  kNeverActivated = 8,  // no activation has begun: no org's credentials can have reached the worker
};

// What an operation writes besides state, revision, last operation and times.
enum class Effect : std::uint8_t {
  kRaiseEpoch = 1,
  kSetOwner = 2,
  kSetOrg = 4,
  kRecordPodUid = 8,
  kRecordActivation = 16,
  kRecordCredentials = 32,
  kRecordReason = 64,
  kClearOrg = 128,
};

template <class Flag>
class FlagSet {
 public:
  constexpr FlagSet() = default;
  template <class... Flags>
  explicit constexpr FlagSet(Flags... flags)
      : bits_(static_cast<std::uint8_t>((static_cast<unsigned>(flags) | ...))) {}
  constexpr bool Has(Flag flag) const { return (bits_ & static_cast<std::uint8_t>(flag)) != 0; }
  constexpr FlagSet With(Flag flag) const {
    FlagSet set = *this;
    set.bits_ |= static_cast<std::uint8_t>(flag);
    return set;
  }
  friend constexpr bool operator==(FlagSet, FlagSet) = default;

 private:
  std::uint8_t bits_ = 0;
};
using GuardSet = FlagSet<Guard>;
using EffectSet = FlagSet<Effect>;

struct TransitionRule {
  Operation operation;
  std::string_view name;  // the same in code, SQL, events, metrics and documents
  FenceKind fence;
  StateSet from;          // empty: there is no row yet
  StateSet to;            // empty: the state stays; more than one: the request chooses
  StateSet from_to_lost;  // where it differs from `from` when the request chooses `lost`
  GuardSet guards;
  bool may_spare_sessions;  // the caller may add Guard::kNoLiveSession
  EffectSet effects;
  bool grants_lease;  // its caller becomes the owner
  bool grants_fence;  // after it the worker is dead to everyone
};

namespace lifecycle_table {
using enum WorkerState;
using enum Operation;
using enum FenceKind;
using enum Effect;

inline constexpr StateSet kNotDraining = kActiveStates.Without(kDraining);
inline constexpr StateSet kRefreshable{kIdle, kHot, kHotIdle};
inline constexpr StateSet kNone{};
inline constexpr GuardSet kNoGuard{};
inline constexpr GuardSet kOrgBound{Guard::kOrgBoundIfIdle};
inline constexpr GuardSet kGone{Guard::kOwnerGone};
inline constexpr GuardSet kNoSession{Guard::kNoLiveSession};
inline constexpr GuardSet kOrphan{Guard::kOwnerGone, Guard::kNoLiveSession};
inline constexpr GuardSet kUntouched{Guard::kNeverActivated, Guard::kNoLiveSession};
inline constexpr EffectSet kNothing{};
inline constexpr EffectSet kNewRow{kRaiseEpoch, kSetOwner, kSetOrg};
inline constexpr EffectSet kClaim{kRaiseEpoch, kSetOwner, kSetOrg};
inline constexpr EffectSet kReason{kRecordReason};
inline constexpr StateSet kEnds{kRetired, kLost};

// clang-format off
inline constexpr std::array<TransitionRule, kOperationCount> kRules = {{
//  operation            name                     fence      from                   to                     to lost       guards      spare  effects                       lease  fence
  {kCreateOrgSlot,      "create_org_slot",       kCaps,     kNone,                 StateSet(kSpawning),   kNone,        kNoGuard,   false, kNewRow,                      true,  false},
  {kCreateWarmSlot,     "create_warm_slot",      kCaps,     kNone,                 StateSet(kSpawning),   kNone,        kNoGuard,   false, kNewRow,                      true,  false},
  {kPublishIdle,        "publish_idle",          kLease,    StateSet(kSpawning),   StateSet(kIdle),       kNone,        kNoGuard,   false, EffectSet(kRecordPodUid),     false, false},
  {kPublishReserved,    "publish_reserved",      kLease,    StateSet(kSpawning),   StateSet(kReserved),   kNone,        kNoGuard,   false, EffectSet(kRecordPodUid),     false, false},
  {kClaimIdle,          "claim_idle",            kRowLock,  StateSet(kIdle),       StateSet(kReserved),   kNone,        kNoGuard,   false, kClaim,                       true,  false},
  {kClaimHotIdle,       "claim_hot_idle",        kRowLock,  StateSet(kHotIdle),    StateSet(kReserved),   kNone,        kNoGuard,   false, kClaim,                       true,  false},
  {kTakeOver,           "take_over",             kEpoch,    StateSet(kHot),        StateSet(kReserved),   kNone,        kGone,      false, EffectSet(kRaiseEpoch, kSetOwner), true, false},
  {kBeginActivation,    "begin_activation",      kLease,    StateSet(kReserved),   StateSet(kActivating), kNone,        kNoGuard,   false, EffectSet(kRecordActivation),  false, false},
  {kFinishActivation,   "finish_activation",     kLease,    StateSet(kActivating), StateSet(kHot),        kNone,        kNoGuard,   false, EffectSet(kRecordCredentials), false, false},
  {kPark,               "park",                  kLease,    StateSet(kHot),        StateSet(kHotIdle),    kNone,        kNoSession, false, kNothing,                     false, false},
  {kRefreshLease,       "refresh_lease",         kLease,    kRefreshable,          kNone,                 kNone,        kOrgBound,  false, EffectSet(kRaiseEpoch),       true,  false},
  {kStampCredentials,   "stamp_credentials", kLease, kRefreshable,        kNone,                 kNone,        kOrgBound,  false, EffectSet(kRecordCredentials), false, false},
  {kDrain,              "drain",                 kLease,    kNotDraining,          StateSet(kDraining),   kNone,        kNoGuard,   true,  kReason,                      false, true},
  {kRetireDrained,      "retire_drained",        kLease,    StateSet(kDraining),   StateSet(kRetired),    kNone,        kNoGuard,   false, kReason,                      false, true},
  {kMarkLost,           "mark_lost",             kLease,    kNotDraining,          StateSet(kLost),       kNotDraining, kNoGuard,   false, kReason,                      false, true},
  {kRetireFromSnapshot, "retire_from_snapshot",  kSnapshot, kActiveStates,         kEnds,                 kNotDraining, kNoGuard,   true,  kReason,                      false, true},
  {kRetireOrphan,       "retire_orphan",         kSnapshot, kActiveStates,         StateSet(kRetired),    kNone,        kOrphan,    false, kReason,                      false, true},
  {kRetireIdleVariant,  "retire_idle_variant",   kSnapshot, StateSet(kIdle, kHotIdle), StateSet(kRetired), kNone,       kNoGuard,   false, kReason,                      false, true},
  {kReturnIdle,         "return_idle",           kLease,    StateSet(kReserved),   StateSet(kIdle),       kNone,        kUntouched, false, EffectSet(kClearOrg),         false, false},
  {kReturnHotIdle,      "return_hot_idle",       kLease,    StateSet(kReserved, kActivating), StateSet(kHotIdle), kNone, kNoSession, false, kNothing,                     false, false},
}};
// clang-format on
}  // namespace lifecycle_table

inline constexpr const std::array<TransitionRule, kOperationCount>& kLifecycle =
    lifecycle_table::kRules;

constexpr const TransitionRule& RuleOf(Operation operation) {
  return kLifecycle[static_cast<std::size_t>(operation)];
}
constexpr std::string_view OperationName(Operation operation) { return RuleOf(operation).name; }
std::optional<Operation> ParseOperation(std::string_view name);

// The states from which the operation may lead to `target`.
constexpr StateSet EligibleStates(const TransitionRule& rule, std::optional<WorkerState> target) {
  return target == WorkerState::kLost ? rule.from_to_lost : rule.from;
}

// The state that the operation always leads to; empty where it keeps the state or the request
// chooses.
constexpr std::optional<WorkerState> OnlyTarget(const TransitionRule& rule) {
  for (const WorkerState state : kAllWorkerStates) {
    if (rule.to == StateSet(state)) return state;
  }
  return std::nullopt;
}

}  // namespace fencepost
