// The lifecycle table in the encoding of packed rows, computed from kLifecycle. A test compares
// JudgeRow with the core's own judgement for every row and every request.
#pragma once

#include <array>

#include "core/rules/outcome.h"
#include "core/rules/transition.h"
#include "models/lifecycle/options.h"
#include "models/lifecycle/state.h"

namespace fencepost::models {

struct RowRule {
  FenceKind fence{};
  unsigned from = 0;  // a set of row codes, one bit for each
  unsigned to = 0;    // a row code; kNoRow if the state does not change
  bool raises_epoch = false;
  bool sets_owner = false;
  bool owner_gone = false;
  bool no_session = false;
  bool grants_fence = false;

  friend constexpr bool operator==(const RowRule&, const RowRule&) = default;
};

constexpr RowRule RowRuleOf(const TransitionRule& rule) {
  RowRule packed;
  packed.fence = rule.fence;
  StateSet from = rule.from;
  // No idle worker of the model belongs to an org.
  if (rule.guards.Has(Guard::kOrgBoundIfIdle)) from = from.Without(WorkerState::kIdle);
  packed.from = rule.from.Empty() ? 1U << kNoRow : CodesOf(from);
  // Where the request chooses between terminal states, the model retires the worker.
  for (const WorkerState state : kAllWorkerStates) {
    if (packed.to == kNoRow && rule.to.Has(state)) packed.to = RowCode(state);
  }
  packed.raises_epoch = rule.effects.Has(Effect::kRaiseEpoch);
  packed.sets_owner = rule.effects.Has(Effect::kSetOwner);
  packed.owner_gone = rule.guards.Has(Guard::kOwnerGone);
  packed.no_session = rule.guards.Has(Guard::kNoLiveSession);
  packed.grants_fence = rule.grants_fence;
  return packed;
}

inline constexpr std::array<RowRule, kOperationCount> kRowRules = [] {
  std::array<RowRule, kOperationCount> rules{};
  for (std::size_t i = 0; i < kOperationCount; ++i) rules[i] = RowRuleOf(kLifecycle[i]);
  return rules;
}();
constexpr const RowRule& RowRuleFor(Operation operation) {
  return kRowRules[static_cast<std::size_t>(operation)];
}

inline constexpr unsigned kActiveCodes = CodesOf(kActiveStates);
inline constexpr unsigned kFencedCodes = CodesOf(kFencedStates);
inline constexpr unsigned kTerminalCodes = CodesOf(kTerminalStates);
inline constexpr unsigned kToBeActivatedCodes = CodesOf(kToBeActivated);
// States that a worker leaves soon. A worker that stays in one is listed as stuck by the janitor.
inline constexpr unsigned kTransientCodes =
    CodesOf(StateSet(WorkerState::kSpawning, WorkerState::kReserved, WorkerState::kActivating,
                     WorkerState::kDraining));

// One compare-and-set, with what its caller believes of the row.
struct Attempt {
  Operation operation{};
  int worker = 0;
  int cp = 0;           // the believed owner of a lease, the new owner of a claim
  unsigned epoch = 0;   // of the lease, or the epoch that was observed
  bool current = true;  // for a snapshot fence: the row has not changed since the snapshot
  bool spare_sessions = false;
};

// The store's answer. It differs from the core's judgement only by the planted bug.
TransitionOutcome JudgeRow(const State& state, const Attempt& attempt, PlantedBug planted_bug);

// The property that the transition breaks if it lands, judged on the row alone and not by the
// fence. kNothingBroken if it breaks none.
std::uint8_t BrokenByLanding(const State& state, const Attempt& attempt, PlantedBug planted_bug);

// REQUIRES: the attempt lands.
void ApplyToRow(State& state, const Attempt& attempt, PlantedBug planted_bug);

}  // namespace fencepost::models
