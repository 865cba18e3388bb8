// The expansion of one state: the parts of Machine::Expand, by actor.
#pragma once

#include <cstdint>

#include "core/rules/outcome.h"
#include "core/rules/transition.h"
#include "models/checker/model.h"
#include "models/lifecycle/options.h"
#include "models/lifecycle/row_rules.h"
#include "models/lifecycle/rules.h"
#include "models/lifecycle/state.h"

namespace fencepost::models {

class Expansion {
 public:
  Expansion(const Options& options, const State& state, Steps<State>& steps)
      : options_(options), state_(state), steps_(steps) {}

  void All();

 private:
  // ---- control_plane_rules.cc: the process, and the choreographies that it begins -------------
  void Life(int cp);
  void Shutdown(int cp);
  void Deregister(int cp);
  void BeginWork(int cp);
  void Claim(int cp, int worker, Operation operation, Rule rule);
  void WorkUnderCell(int cp, int worker);
  void Drain(int cp, int worker, unsigned lease);
  void Upkeep(int cp, int worker);

  // ---- choreography_rules.cc: the next step of a choreography ----------------------------------
  void MainStep(int cp);
  void GiveUp(int cp, int worker, unsigned lease);
  void GiveBack(int cp, int worker, unsigned lease);
  void SpawnStep(int cp, int worker, unsigned lease);
  void PublishStep(int cp, int worker, unsigned lease);
  void ActivationStep(int cp, int worker, unsigned lease);
  void YieldToShutdown(int cp, int worker, unsigned lease);
  void OpenSessionStep(int cp, int worker, unsigned lease);
  void DrainedStep(int cp, int worker, unsigned lease);
  void CleanUpStep(int cp, int worker);
  void BackgroundStep(int cp);
  void RefreshStep(int cp, int worker, unsigned lease);
  void StampStep(int cp, int worker, unsigned lease);
  void ReplyStep(int cp, int worker, unsigned lease);

  // ---- janitor_rules.cc ------------------------------------------------------------------------
  void JanitorStep();
  void JanitorList(int worker);
  void JanitorRetire(int worker, Janitor at);
  void JanitorClean(int worker, Janitor at);
  void Sessions();

  // ---- Helpers ---------------------------------------------------------------------------------
  int control_planes() const { return options_.control_planes; }
  int workers() const { return options_.workers; }
  bool Has(PlantedBug planted_bug) const { return options_.planted_bug == planted_bug; }
  // A choreography copies the lease instead of checking it out of the cell.
  bool CopiesLeases() const {
    return Has(PlantedBug::kEpochGuardedWhileReadOrWritten) ||
           Has(PlantedBug::kDeleteAfterMissedDrain) || Has(PlantedBug::kDrainByOwnerOnly);
  }
  // With these bugs, claims in flight give counterexamples of their own. They are excluded, so that
  // the counterexample is the race between a refresh and a shutdown.
  bool DeliversClaimRepliesAtOnce() const { return CopiesLeases(); }
  // The shutdown does not list the process's workers a second time.
  bool SkipsSecondListing() const { return Has(PlantedBug::kEpochGuardedWhileReadOrWritten); }
  bool MayRaise(int worker) const {
    return OwnerEpoch::Get(state_, worker) < static_cast<unsigned>(options_.epochs);
  }
  bool Runs(int cp) const { return ProcessOf::Get(state_, cp) != Process::kEnded; }
  bool IsRunning(int cp) const { return ProcessOf::Get(state_, cp) == Process::kRunning; }
  bool Refreshes(int cp) const {
    const Background at = BackgroundAt::Get(state_, cp);
    return at == Background::kRefresh || at == Background::kStamp;
  }
  bool WorksOn(int cp, int worker) const;
  bool HoldsLease(int cp, int worker) const;
  bool WaitsForReply(int cp, int worker) const;
  bool IsCurrent(int cp, int worker, unsigned lease) const {
    return Owner::Get(state_, worker) == cp && OwnerEpoch::Get(state_, worker) == lease;
  }

  TransitionOutcome Judge(const Attempt& attempt) const {
    return JudgeRow(state_, attempt, options_.planted_bug);
  }
  // The state after the attempt has landed, with the memories unchanged.
  State Landed(const Attempt& attempt) const {
    State next = state_;
    ApplyToRow(next, attempt, options_.planted_bug);
    return next;
  }

  void Add(const State& next, Rule rule, int cp, int worker, StepResult result = StepResult::kDone,
           std::uint8_t fair = kUnfair, std::uint8_t broken = kNothingBroken) {
    steps_.push_back(
        {next, static_cast<std::uint16_t>(rule), DetailOf(cp, worker, result), fair, broken});
  }
  // The store refused an operation.
  void AddMiss(const State& next, Rule rule, int cp, int worker, TransitionOutcome why,
               std::uint8_t fair = kUnfair) {
    steps_.push_back({next, static_cast<std::uint16_t>(rule),
                      DetailOf(cp, worker, StepResult::kMissed, why), fair, kNothingBroken});
  }

  // Attempts a transition under a lease, which `without` does not hold any more. If the transition
  // lands and the reply arrives, `go_on` sets what the process remembers. A miss drops the lease,
  // unless a session protects the worker. A call that fails for good drops the lease as well,
  // whether the transition has landed or not.
  template <class GoOn>
  void UnderLease(const Attempt& attempt, Rule rule, std::uint8_t fair, const State& without,
                  GoOn go_on) {
    const TransitionOutcome outcome = Judge(attempt);
    if (outcome == TransitionOutcome::kFenceMissSession) {
      State kept = without;
      Cell::Set(kept, attempt.cp, attempt.worker, attempt.epoch);
      if (kept != state_) Add(kept, rule, attempt.cp, attempt.worker, StepResult::kSpared, fair);
      return;
    }
    if (outcome != TransitionOutcome::kTransitioned) {
      AddMiss(without, rule, attempt.cp, attempt.worker, outcome, fair);
      return;
    }
    const std::uint8_t broken = BrokenByLanding(state_, attempt, options_.planted_bug);
    State landed = without;
    ApplyToRow(landed, attempt, options_.planted_bug);
    State told = landed;
    go_on(told);
    Add(told, rule, attempt.cp, attempt.worker, StepResult::kDone, fair, broken);
    if (!options_.lost_replies) return;
    Add(landed, rule, attempt.cp, attempt.worker, StepResult::kReplyLost, kUnfair, broken);
    Add(without, Rule::kCallFails, attempt.cp, attempt.worker);
  }
  // Returns the lease to its cell, unless the cell holds a newer one.
  void ReturnLease(State& next, int cp, int worker, unsigned lease) const {
    if (Cell::Get(next, cp, worker) == 0) Cell::Set(next, cp, worker, lease);
  }
  State WithoutMain(int cp) const {
    State without = state_;
    EndMain(without, cp);
    return without;
  }
  State WithoutBackground(int cp) const {
    State without = state_;
    EndBackground(without, cp);
    return without;
  }
  State WithoutCell(int cp, int worker) const {
    State without = state_;
    Cell::Set(without, cp, worker, 0);
    return without;
  }
  // The next call, with secrets and without.
  Main After(Main with_secret, Main without) const {
    return options_.secrets ? with_secret : without;
  }

  const Options& options_;
  const State state_;
  Steps<State>& steps_;
};

}  // namespace fencepost::models
