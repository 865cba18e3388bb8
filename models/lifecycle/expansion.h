// One state being expanded: the parts of Machine::Expand, one function for each actor.
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
  // ---- control_plane_rules.cc: the process, and what it begins --------------------------------
  void Life(int cp);
  void Shutdown(int cp);
  void Deregister(int cp);
  void BeginWork(int cp);
  void Claim(int cp, int worker, Operation operation, Rule rule);
  void WorkUnderCell(int cp, int worker);
  void Drain(int cp, int worker, unsigned lease);
  void Upkeep(int cp, int worker);

  // ---- choreography_rules.cc: the step at which an activity stands -----------------------------
  void MainStep(int cp);
  void GiveUp(int cp, int worker, unsigned lease);
  void SpawnStep(int cp, int worker, unsigned lease);
  void PublishStep(int cp, int worker, unsigned lease);
  void ActivationStep(int cp, int worker, unsigned lease);
  void LeaveToShutdown(int cp, int worker, unsigned lease);
  void OpenSessionStep(int cp, int worker, unsigned lease);
  void DrainedStep(int cp, int worker, unsigned lease);
  void CleanUpStep(int cp, int worker);
  void AsideStep(int cp);
  void RefreshStep(int cp, int worker, unsigned lease);
  void StampStep(int cp, int worker, unsigned lease);
  void ReplyStep(int cp, int worker, unsigned lease);

  // ---- janitor_rules.cc ------------------------------------------------------------------------
  void JanitorStep();
  void JanitorLists(int worker);
  void JanitorRetires(int worker, Janitor at);
  void JanitorCleans(int worker, Janitor at);
  void Sessions();

  // ---- Helpers ---------------------------------------------------------------------------------
  int control_planes() const { return options_.control_planes; }
  int workers() const { return options_.workers; }
  bool Makes(Mistake mistake) const { return options_.mistake == mistake; }
  // The flagship race: a lease is copied for a choreography instead of checked out for it.
  bool CopiesLeases() const {
    return Makes(Mistake::kEpochGuardedWhileReadOrWritten) ||
           Makes(Mistake::kDeleteAfterMissedDrain) || Makes(Mistake::kDrainByOwnerOnly);
  }
  // Those mistakes open other ways to the same end, through claims in flight. They are left out, so
  // that the counterexample is the race between a refresh and a shutdown.
  bool TellsClaimsAtOnce() const { return CopiesLeases(); }
  // The shutdown does not look again at what the store lists as its own.
  bool LooksOnce() const { return Makes(Mistake::kEpochGuardedWhileReadOrWritten); }
  bool MayRaise(int worker) const {
    return OwnerEpoch::Get(state_, worker) < static_cast<unsigned>(options_.epochs);
  }
  bool Runs(int cp) const { return ProcessOf::Get(state_, cp) != Process::kEnded; }
  bool IsRunning(int cp) const { return ProcessOf::Get(state_, cp) == Process::kRunning; }
  bool WorksOn(int cp, int worker) const;
  bool HoldsLease(int cp, int worker) const;
  bool WaitsForReply(int cp, int worker) const;
  bool IsCurrent(int cp, int worker, unsigned lease) const {
    return Owner::Get(state_, worker) == cp && OwnerEpoch::Get(state_, worker) == lease;
  }

  TransitionOutcome Judge(const Attempt& attempt) const {
    return JudgeRow(state_, attempt, options_.mistake);
  }
  // The state after the attempt has landed, and nothing else.
  State Landed(const Attempt& attempt) const {
    State next = state_;
    ApplyToRow(next, attempt, options_.mistake);
    return next;
  }

  void Add(const State& next, Rule rule, int cp, int worker, Ending ending = Ending::kDone,
           std::uint8_t fair = kUnfair, std::uint8_t broken = kNothingBroken) {
    steps_.push_back(
        {next, static_cast<std::uint16_t>(rule), DetailOf(cp, worker, ending), fair, broken});
  }
  // The store refused an operation.
  void AddMiss(const State& next, Rule rule, int cp, int worker, TransitionOutcome why,
               std::uint8_t fair = kUnfair) {
    steps_.push_back({next, static_cast<std::uint16_t>(rule),
                      DetailOf(cp, worker, Ending::kMissed, why), fair, kNothingBroken});
  }

  // A transition under a lease that `without` no longer holds. If it lands and its caller is told,
  // `go_on` says what is remembered. A miss drops the lease, except that a worker which a session
  // protects is kept. A call that fails for good drops it too, whether the transition has landed
  // and the reply was lost, or not.
  template <class GoOn>
  void UnderLease(const Attempt& attempt, Rule rule, std::uint8_t fair, const State& without,
                  GoOn go_on) {
    const TransitionOutcome outcome = Judge(attempt);
    if (outcome == TransitionOutcome::kFenceMissSession) {
      State kept = without;
      Cell::Set(kept, attempt.cp, attempt.worker, attempt.epoch);
      if (kept != state_) Add(kept, rule, attempt.cp, attempt.worker, Ending::kSpared, fair);
      return;
    }
    if (outcome != TransitionOutcome::kTransitioned) {
      AddMiss(without, rule, attempt.cp, attempt.worker, outcome, fair);
      return;
    }
    const std::uint8_t broken = BrokenByLanding(state_, attempt, options_.mistake);
    State landed = without;
    ApplyToRow(landed, attempt, options_.mistake);
    State told = landed;
    go_on(told);
    Add(told, rule, attempt.cp, attempt.worker, Ending::kDone, fair, broken);
    if (!options_.lost_replies) return;
    Add(landed, rule, attempt.cp, attempt.worker, Ending::kReplyLost, kUnfair, broken);
    Add(without, Rule::kCallFails, attempt.cp, attempt.worker);
  }
  // The lease goes back to its cell, unless a newer one is there.
  void ReturnLease(State& next, int cp, int worker, unsigned lease) const {
    if (Cell::Get(next, cp, worker) == 0) Cell::Set(next, cp, worker, lease);
  }
  State WithoutMain(int cp) const {
    State without = state_;
    EndMain(without, cp);
    return without;
  }
  State WithoutAside(int cp) const {
    State without = state_;
    EndAside(without, cp);
    return without;
  }
  State WithoutCell(int cp, int worker) const {
    State without = state_;
    Cell::Set(without, cp, worker, 0);
    return without;
  }
  // What comes after the pod where there is no secret.
  Main After(Main with_secret, Main without) const {
    return options_.secrets ? with_secret : without;
  }

  const Options& options_;
  const State state_;
  Steps<State>& steps_;
};

}  // namespace fencepost::models
