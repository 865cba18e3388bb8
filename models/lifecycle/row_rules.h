// The lifecycle table, laid out for packed rows. Everything here is computed from kLifecycle; a
// test compares the judgement with the core's own for every row and belief.
#pragma once

#include <array>

#include "core/rules/outcome.h"
#include "core/rules/transition.h"
#include "models/lifecycle/options.h"
#include "models/lifecycle/state.h"

namespace fencepost::models {

struct RowRule {
  FenceKind fence{};
  unsigned from = 0;  // row codes, as bits
  unsigned to = 0;    // a row code; kNoRow: the state stays
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
  // An idle worker of the model belongs to no org yet.
  if (rule.guards.Has(Guard::kOrgBoundIfIdle)) from = from.Without(WorkerState::kIdle);
  packed.from = rule.from.Empty() ? 1U << kNoRow : CodesOf(from);
  // Where the request chooses among the terminal states the model retires.
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
// Nobody stays there for long: the janitor lists what does as stuck.
inline constexpr unsigned kPassingCodes =
    CodesOf(StateSet(WorkerState::kSpawning, WorkerState::kReserved, WorkerState::kActivating,
                     WorkerState::kDraining));

// One compare-and-set: who believes what.
struct Attempt {
  Operation operation{};
  int worker = 0;
  int cp = 0;           // the believed owner of a lease, the new owner of a claim
  unsigned epoch = 0;   // the lease's, or the one that was seen
  bool current = true;  // of a snapshot: nothing has changed the row since
  bool spare_sessions = false;
};

// What the store says. Mistakes of `mistake` are the only difference from the core's judgement.
TransitionOutcome JudgeRow(const State& state, const Attempt& attempt, Mistake mistake);

// The property that this landing breaks, judged on the row alone, whatever the fence had said.
std::uint8_t BrokenByLanding(const State& state, const Attempt& attempt, Mistake mistake);

// REQUIRES: the attempt lands.
void ApplyToRow(State& state, const Attempt& attempt, Mistake mistake);

}  // namespace fencepost::models
