// What befalls a process, and what a control plane without a choreography under way may begin.
//
// Nothing here relies on self-fencing: a control plane that wakes up behind its expiry may use the
// leases that it remembers until it is told. What it may not do is claim, since the store looks at
// its registration in the same step.

#include "models/lifecycle/expansion.h"
#include "models/lifecycle/properties.h"

namespace fencepost::models {

void Expansion::Life(int cp) {
  const Process process = ProcessOf::Get(state_, cp);
  const Registration registration = RegistrationOf::Get(state_, cp);
  const bool alive = process <= Process::kStopping;
  const auto registered = [&](Registration value) {
    State next = state_;
    RegistrationOf::Set(next, value, cp);
    return next;
  };
  const auto process_step = [&](const State& next, Rule rule, std::uint8_t fair = kUnfair) {
    Add(next, rule, cp, kNobodysWorker, Ending::kDone, fair);
  };

  if (alive && options_.crashes) {
    State next = state_;
    ForgetMemory(next, cp);
    ProcessOf::Set(next, Process::kCrashed, cp);
    process_step(next, Rule::kCrash);
  }
  if (process == Process::kCrashed && registration != Registration::kGone) {
    // Nobody is left to revive it: both timeouts are one step.
    process_step(registered(Registration::kGone), Rule::kGracePassed,
                 FairIndex(FairAction::kExpiry, cp));
  }
  if (!alive) return;
  // A process that is paused takes no steps, which needs no state of its own; that it was paused
  // for too long shows in its registration.
  if (options_.pauses && registration == Registration::kLive) {
    process_step(registered(Registration::kExpired), Rule::kHeartbeatMissed);
  }
  if (options_.pauses && registration == Registration::kExpired) {
    process_step(registered(Registration::kGone), Rule::kGracePassed);
  }
  const std::uint8_t heartbeat = FairIndex(FairAction::kHeartbeat, cp);
  if (registration == Registration::kExpired) {
    process_step(registered(Registration::kLive), Rule::kRevived, heartbeat);
  }
  if (registration == Registration::kGone) {
    State next = state_;
    ForgetMemory(next, cp);
    ProcessOf::Set(next, Process::kOver, cp);
    process_step(next, Rule::kLearnedGone, heartbeat);
  }
  if (process == Process::kRunning) {
    State next = state_;
    ProcessOf::Set(next, Process::kStopping, cp);
    process_step(next, Rule::kShutdownBegins);
  }
}

void Expansion::BeginWork(int cp) {
  const bool running = ProcessOf::Get(state_, cp) == Process::kRunning;
  const bool live = RegistrationOf::Get(state_, cp) == Registration::kLive;
  for (int worker = 0; worker < workers(); ++worker) {
    if (running && live) {
      Claim(cp, worker, Operation::kCreateWarmSlot, Rule::kCreate);
      Claim(cp, worker, Operation::kClaimIdle, Rule::kClaimIdle);
      Claim(cp, worker, Operation::kClaimHotIdle, Rule::kClaimHotIdle);
      // A client comes back for its session, and its worker is seen to be somebody else's. What is
      // seen and what the epoch then fences are one step: a row that moved between is a miss.
      if (LiveSession::Get(state_, worker) && !HoldsLease(cp, worker) && MayRaise(worker) &&
          Owner::Get(state_, worker) != cp) {
        Claim(cp, worker, Operation::kTakeOver, Rule::kTakeOver);
      }
    }
    if (Cell::Get(state_, cp, worker) != 0) WorkUnderCell(cp, worker);
    Upkeep(cp, worker);
  }
  if (!running) Shutdown(cp);
}

// The store chooses the row: what it lists as free is claimed, and the claimant becomes its owner.
void Expansion::Claim(int cp, int worker, Operation operation, Rule rule) {
  if (!MayRaise(worker)) return;
  const Attempt attempt{
      .operation = operation, .worker = worker, .cp = cp, .epoch = OwnerEpoch::Get(state_, worker)};
  if (Judge(attempt) != TransitionOutcome::kTransitioned) return;
  const State landed = Landed(attempt);
  State told = landed;
  Cell::Set(told, cp, worker, 0);
  const Main then =
      rule == Rule::kCreate ? After(Main::kSpawnSecret, Main::kSpawnPod) : Main::kBegin;
  BeginMain(told, cp, then, worker, OwnerEpoch::Get(landed, worker));
  const std::uint8_t broken = BrokenByLanding(state_, attempt, options_.mistake);
  Add(told, rule, cp, worker, Ending::kDone, kUnfair, broken);
  if (options_.lost_replies) {
    Add(landed, rule, cp, worker, Ending::kReplyLost, kUnfair, broken);
  }
}

// What a control plane may do with a lease that lies in its cell. It goes by what it remembers of
// the worker: that agrees with the row, or the row has been ended or taken and it does not know.
void Expansion::WorkUnderCell(int cp, int worker) {
  const unsigned lease = Cell::Get(state_, cp, worker);
  const unsigned row = RowState::Get(state_, worker);
  if (ProcessOf::Get(state_, cp) == Process::kStopping) return Drain(cp, worker, lease);

  const State without = WithoutCell(cp, worker);
  const std::uint8_t upkeep = FairIndex(FairAction::kUpkeep, cp);
  const auto check_out = [&](Rule rule, Main at, std::uint8_t fair) {
    State next = without;
    BeginMain(next, cp, at, worker, lease);
    Add(next, rule, cp, worker, Ending::kDone, fair);
  };
  const auto attempt = [&](Operation operation) {
    return Attempt{.operation = operation, .worker = worker, .cp = cp, .epoch = lease};
  };
  if (row == RowCode(WorkerState::kReserved)) {
    check_out(Rule::kStartActivation, Main::kBegin, upkeep);
  }
  if (row == RowCode(WorkerState::kActivating)) {
    check_out(Rule::kStartActivation, Main::kFinish, upkeep);
  }
  if (row == RowCode(WorkerState::kHot)) {
    UnderLease(attempt(Operation::kPark), Rule::kPark, kUnfair, without,
               [&](State& told) { Cell::Set(told, cp, worker, lease); });
  }
  // Spawning, it has been taken up from a listing: nobody waits for it.
  const bool abandoned = row == RowCode(WorkerState::kSpawning);
  UnderLease(attempt(Operation::kMarkLost), Rule::kUnhealthy, abandoned ? upkeep : kUnfair, without,
             [&](State& told) { BeginMain(told, cp, Main::kCleanPod, worker, 0); });
  const bool refreshable =
      Among(RowRuleFor(Operation::kRefreshLease).from | kFencedCodes, row) && MayRaise(worker);
  if (refreshable && RefresherAt::Get(state_, cp) == Refresher::kNone) {
    UnderLease(attempt(Operation::kRefreshLease), Rule::kRefreshLease, kUnfair, without,
               [&](State& told) {
                 RefresherAt::Set(told, Refresher::kStamp, cp);
                 RefresherWorker::Set(told, worker, cp);
                 RefresherLease::Set(told, OwnerEpoch::Get(told, worker), cp);
                 // The mistake: the old lease is still there for others to read.
                 if (CopiesLeases()) Cell::Set(told, cp, worker, lease);
               });
  }
}

// The shutdown's turn: under the lease of the cell, once refreshing has stopped for good.
void Expansion::Drain(int cp, int worker, unsigned lease) {
  if (RefresherAt::Get(state_, cp) != Refresher::kNone && !CopiesLeases()) return;
  const State without = WithoutCell(cp, worker);
  const std::uint8_t fair = FairIndex(FairAction::kShutdown, cp);
  if (RowState::Get(state_, worker) == RowCode(WorkerState::kDraining)) {
    UnderLease({.operation = Operation::kRetireDrained, .worker = worker, .cp = cp, .epoch = lease},
               Rule::kRetireListed, fair, without,
               [&](State& told) { BeginMain(told, cp, Main::kCleanPod, worker, 0); });
    return;
  }
  const Attempt drain{.operation = Operation::kDrain,
                      .worker = worker,
                      .cp = cp,
                      .epoch = lease,
                      .spare_sessions = true};
  const auto go_on = [&](State& told) { BeginMain(told, cp, Main::kDrainedPod, worker, lease); };
  constexpr TransitionOutcome kStale = TransitionOutcome::kFenceMissEpoch;
  if (Makes(Mistake::kDeleteAfterMissedDrain) && Judge(drain) == kStale) {
    State next = without;
    go_on(next);
    AddMiss(next, Rule::kDrain, cp, worker, kStale);
    return;
  }
  UnderLease(drain, Rule::kDrain, fair, without, go_on);
}

// Memory follows the rows: what the store lists as ours is taken up, what it does not is forgotten.
void Expansion::Upkeep(int cp, int worker) {
  const unsigned row = RowState::Get(state_, worker);
  const bool ours = Among(kActiveCodes, row) && Owner::Get(state_, worker) == cp;
  const unsigned lease = Cell::Get(state_, cp, worker);
  const bool running = ProcessOf::Get(state_, cp) == Process::kRunning;
  const std::uint8_t fair = FairIndex(FairAction::kUpkeep, cp);
  if (ours && !HoldsLease(cp, worker)) {
    if (running && row == RowCode(WorkerState::kDraining)) return;  // the shutdown's
    if (!running && LooksOnce()) return;
    State next = state_;
    Cell::Set(next, cp, worker, OwnerEpoch::Get(state_, worker));
    Add(next, Rule::kTakeUp, cp, worker, Ending::kDone, fair);
  }
  if (lease != 0 && !WorksOn(cp, worker) && (!ours || lease != OwnerEpoch::Get(state_, worker))) {
    State next = state_;
    Cell::Set(next, cp, worker, 0);
    Add(next, Rule::kForget, cp, worker, Ending::kDone, fair);
  }
}

// Deregistering: nothing is in memory any more but what a session protects.
void Expansion::Shutdown(int cp) {
  if (RefresherAt::Get(state_, cp) != Refresher::kNone && !CopiesLeases()) return;
  std::uint8_t broken = kNothingBroken;
  for (int worker = 0; worker < workers(); ++worker) {
    const bool spared = LiveSession::Get(state_, worker);
    if (Cell::Get(state_, cp, worker) != 0 && !spared) return;
    const bool left = Among(kActiveCodes, RowState::Get(state_, worker)) &&
                      Owner::Get(state_, worker) == cp && !spared;
    // The second look at the listing finds it, unless that call fails: then it is an orphan's fate.
    if (left && !LooksOnce() && !options_.lost_replies) return;
    if (left && !options_.AnyFault()) broken = Index(Property::kShutdownCompletes);
  }
  State next = state_;
  ForgetMemory(next, cp);
  ProcessOf::Set(next, Process::kOver, cp);
  RegistrationOf::Set(next, Registration::kGone, cp);
  Add(next, Rule::kDeregister, cp, kNobodysWorker, Ending::kDone,
      FairIndex(FairAction::kShutdown, cp), broken);
}

}  // namespace fencepost::models
