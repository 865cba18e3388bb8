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
  const bool alive = process != Process::kEnded;
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
    ProcessOf::Set(next, Process::kEnded, cp);
    process_step(next, Rule::kCrash);
  }
  if (!alive && registration != Registration::kGone) {
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
    ProcessOf::Set(next, Process::kEnded, cp);
    process_step(next, Rule::kLearnedGone, heartbeat);
  }
  if (process == Process::kRunning) {
    State next = state_;
    ProcessOf::Set(next, Process::kStopping, cp);
    process_step(next, Rule::kShutdownBegins);
  }
}

void Expansion::BeginWork(int cp) {
  // Stopping, a control plane claims no more; but what it has asked for may land still.
  const Process latest = TellsClaimsAtOnce() ? Process::kRunning : Process::kStopping;
  const bool claims = ProcessOf::Get(state_, cp) <= latest &&
                      RegistrationOf::Get(state_, cp) == Registration::kLive;
  for (int worker = 0; worker < workers(); ++worker) {
    if (claims) {
      Claim(cp, worker, Operation::kCreateWarmSlot, Rule::kCreate);
      Claim(cp, worker, Operation::kClaimIdle, Rule::kClaimIdle);
      Claim(cp, worker, Operation::kClaimHotIdle, Rule::kClaimHotIdle);
    }
    // A client comes back for its session, whose worker is not in memory. What is seen of it and
    // what the epoch then fences are one step: a row that moved between is a miss. Nobody asks
    // whether the one who takes over is registered.
    if (LiveSession::Get(state_, worker) && !HoldsLease(cp, worker)) {
      Claim(cp, worker, Operation::kTakeOver, Rule::kTakeOver);
    }
    if (Cell::Get(state_, cp, worker) != 0) WorkUnderCell(cp, worker);
    Upkeep(cp, worker);
  }
}

// The store chooses the row: what it lists as free is claimed, and the claimant becomes its owner.
void Expansion::Claim(int cp, int worker, Operation operation, Rule rule) {
  if (!MayRaise(worker)) return;
  const Attempt attempt{
      .operation = operation, .worker = worker, .cp = cp, .epoch = OwnerEpoch::Get(state_, worker)};
  if (Judge(attempt) != TransitionOutcome::kTransitioned) return;
  const State landed = Landed(attempt);
  State told = landed;
  const unsigned lease = OwnerEpoch::Get(landed, worker);
  if (AsideAt::Get(state_, cp) == Aside::kNone && !TellsClaimsAtOnce()) {
    BeginAside(told, cp, Aside::kReply, worker, lease);
    ReplyOfCreate::Set(told, rule == Rule::kCreate, cp);
  } else {
    Cell::Set(told, cp, worker, 0);
    const Main spawn = After(Main::kSpawnSecret, Main::kSpawnPod);
    BeginMain(told, cp, rule == Rule::kCreate ? spawn : Main::kBegin, worker, lease);
  }
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
  if (ProcessOf::Get(state_, cp) == Process::kDraining) Drain(cp, worker, lease);
  // The mistake is about what a drain does with a lease that has grown old.
  if (CopiesLeases() && !IsCurrent(cp, worker, lease)) return;

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
  if (IsRunning(cp) && row == RowCode(WorkerState::kReserved)) {
    check_out(Rule::kStartActivation, Main::kBegin, upkeep);
  }
  if (IsRunning(cp) && row == RowCode(WorkerState::kActivating)) {
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
  const bool refreshable = Among(RowRuleFor(Operation::kRefreshLease).from | kFencedCodes, row);
  if (IsRunning(cp) && refreshable && MayRaise(worker) &&
      AsideAt::Get(state_, cp) == Aside::kNone) {
    // The mistake: the lease is still there for others to read.
    State next = CopiesLeases() ? state_ : without;
    BeginAside(next, cp, Aside::kRefresh, worker, lease);
    Add(next, Rule::kStartRefresh, cp, worker);
  }
}

// The shutdown's turn, under the lease of the cell.
void Expansion::Drain(int cp, int worker, unsigned lease) {
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
// A shutdown looks at that listing, too, and nobody in between.
void Expansion::Upkeep(int cp, int worker) {
  const unsigned row = RowState::Get(state_, worker);
  const bool ours = Among(kActiveCodes, row) && Owner::Get(state_, worker) == cp;
  const unsigned lease = Cell::Get(state_, cp, worker);
  const Process process = ProcessOf::Get(state_, cp);
  const std::uint8_t fair = FairIndex(FairAction::kUpkeep, cp);
  if (ours && !HoldsLease(cp, worker)) {
    // What is draining is the shutdown's; a claim in flight will tell by itself.
    const bool by_upkeep = process == Process::kRunning && row != RowCode(WorkerState::kDraining) &&
                           !WaitsForReply(cp, worker);
    const bool by_shutdown = process == Process::kDraining && !LooksOnce();
    if (by_upkeep || by_shutdown) {
      State next = state_;
      Cell::Set(next, cp, worker, OwnerEpoch::Get(state_, worker));
      Add(next, Rule::kTakeUp, cp, worker, Ending::kDone, fair);
    }
  }
  if (lease != 0 && !WorksOn(cp, worker) && (!ours || lease != OwnerEpoch::Get(state_, worker))) {
    State next = state_;
    Cell::Set(next, cp, worker, 0);
    Add(next, Rule::kForget, cp, worker, Ending::kDone, fair);
  }
}

void Expansion::Shutdown(int cp) {
  const Process process = ProcessOf::Get(state_, cp);
  if (process == Process::kDraining) return Deregister(cp);
  if (process != Process::kStopping) return;
  // Refreshing stops for good before the first drain.
  const Aside aside = AsideAt::Get(state_, cp);
  if ((aside == Aside::kRefresh || aside == Aside::kStamp) && !CopiesLeases()) return;
  State next = state_;
  ProcessOf::Set(next, Process::kDraining, cp);
  Add(next, Rule::kDrainBegins, cp, kNobodysWorker, Ending::kDone,
      FairIndex(FairAction::kShutdown, cp));
}

// Nothing is in memory any more but what a session protects. With faults a client's claim that
// landed late may still be at work: it goes on until the process notices its end.
void Expansion::Deregister(int cp) {
  if (RegistrationOf::Get(state_, cp) == Registration::kGone) return;
  const Main at = MainAt::Get(state_, cp);
  if (at > Main::kOpenSession || (at != Main::kNone && !options_.lost_replies)) return;
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
  RegistrationOf::Set(next, Registration::kGone, cp);
  Add(next, Rule::kDeregister, cp, kNobodysWorker, Ending::kDone,
      FairIndex(FairAction::kShutdown, cp), broken);
}

}  // namespace fencepost::models
