// The life of a process, and the choreographies that an idle control plane may begin.
//
// These rules do not rely on self-fencing: a control plane that wakes up after its expiry may use
// the leases that it remembers until it learns of the expiry. It cannot claim, since the store
// checks its registration in the same step.

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
    Add(next, rule, cp, kNoWorker, StepResult::kDone, fair);
  };

  if (alive && options_.crashes) {
    State next = state_;
    ForgetMemory(next, cp);
    ProcessOf::Set(next, Process::kEnded, cp);
    process_step(next, Rule::kCrash);
  }
  if (!alive && registration != Registration::kGone) {
    // No process can revive the registration, so both timeouts are one step.
    process_step(registered(Registration::kGone), Rule::kGracePassed,
                 FairIndex(FairAction::kExpiry, cp));
  }
  if (!alive) return;
  // A paused process takes no steps, so a pause needs no state. A pause beyond the expiry shows in
  // the registration.
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
    process_step(next, Rule::kLearnExpired, heartbeat);
  }
  if (process == Process::kRunning) {
    State next = state_;
    ProcessOf::Set(next, Process::kStopping, cp);
    process_step(next, Rule::kShutdownBegins);
  }
}

void Expansion::BeginWork(int cp) {
  // A control plane that is stopping sends no new claim, but an earlier one may still land.
  const Process latest = DeliversClaimRepliesAtOnce() ? Process::kRunning : Process::kStopping;
  const bool claims = ProcessOf::Get(state_, cp) <= latest &&
                      RegistrationOf::Get(state_, cp) == Registration::kLive;
  for (int worker = 0; worker < workers(); ++worker) {
    if (claims) {
      Claim(cp, worker, Operation::kCreateWarmSlot, Rule::kCreate);
      Claim(cp, worker, Operation::kClaimIdle, Rule::kClaimIdle);
      Claim(cp, worker, Operation::kClaimHotIdle, Rule::kClaimHotIdle);
    }
    // A client reconnects to a session whose worker is not in memory. The observation and the
    // transition that is fenced by the observed epoch are one step here, since a row that changed
    // in between gives a miss. A take-over does not check the caller's registration.
    if (LiveSession::Get(state_, worker) && !HoldsLease(cp, worker)) {
      Claim(cp, worker, Operation::kTakeOver, Rule::kTakeOver);
    }
    if (Cell::Get(state_, cp, worker) != 0) WorkUnderCell(cp, worker);
    Upkeep(cp, worker);
  }
}

// Claims a row that the store chooses. The control plane becomes its owner.
void Expansion::Claim(int cp, int worker, Operation operation, Rule rule) {
  if (!MayRaise(worker)) return;
  const Attempt attempt{
      .operation = operation, .worker = worker, .cp = cp, .epoch = OwnerEpoch::Get(state_, worker)};
  if (Judge(attempt) != TransitionOutcome::kTransitioned) return;
  const State landed = Landed(attempt);
  State told = landed;
  const unsigned lease = OwnerEpoch::Get(landed, worker);
  if (BackgroundAt::Get(state_, cp) == Background::kNone && !DeliversClaimRepliesAtOnce()) {
    BeginBackground(told, cp, Background::kReply, worker, lease);
    ReplyOfCreate::Set(told, rule == Rule::kCreate, cp);
  } else {
    Cell::Set(told, cp, worker, 0);
    const Main spawn = After(Main::kSpawnSecret, Main::kSpawnPod);
    BeginMain(told, cp, rule == Rule::kCreate ? spawn : Main::kBegin, worker, lease);
  }
  const std::uint8_t broken = BrokenByLanding(state_, attempt, options_.planted_bug);
  Add(told, rule, cp, worker, StepResult::kDone, kUnfair, broken);
  if (options_.lost_replies) {
    Add(landed, rule, cp, worker, StepResult::kReplyLost, kUnfair, broken);
  }
}

// The actions of a control plane under a lease in its cell. The control plane acts on its memory of
// the worker, which agrees with the row unless another actor has ended or taken the worker.
void Expansion::WorkUnderCell(int cp, int worker) {
  const unsigned lease = Cell::Get(state_, cp, worker);
  const unsigned row = RowState::Get(state_, worker);
  if (ProcessOf::Get(state_, cp) == Process::kDraining) Drain(cp, worker, lease);
  // These planted bugs concern a drain under a stale lease, and no other operation.
  if (CopiesLeases() && !IsCurrent(cp, worker, lease)) return;

  const State without = WithoutCell(cp, worker);
  const std::uint8_t upkeep = FairIndex(FairAction::kUpkeep, cp);
  const auto check_out = [&](Rule rule, Main at, std::uint8_t fair) {
    State next = without;
    BeginMain(next, cp, at, worker, lease);
    Add(next, rule, cp, worker, StepResult::kDone, fair);
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
  // A spawning worker whose lease is in the cell was taken up from a listing; no activity waits for
  // it.
  const bool abandoned = row == RowCode(WorkerState::kSpawning);
  UnderLease(attempt(Operation::kMarkLost), Rule::kUnhealthy, abandoned ? upkeep : kUnfair, without,
             [&](State& told) { BeginMain(told, cp, Main::kCleanPod, worker, 0); });
  const bool refreshable = Among(RowRuleFor(Operation::kRefreshLease).from | kFencedCodes, row);
  // A drain that waits for its sessions goes on refreshing.
  const bool refreshes = IsRunning(cp) || ProcessOf::Get(state_, cp) == Process::kDraining;
  if (refreshes && refreshable && MayRaise(worker) &&
      BackgroundAt::Get(state_, cp) == Background::kNone) {
    // With the planted bug the lease stays in the cell, where other activities can read it.
    State next = CopiesLeases() ? state_ : without;
    BeginBackground(next, cp, Background::kRefresh, worker, lease);
    Add(next, Rule::kStartRefresh, cp, worker);
  }
}

// The shutdown drains the worker, or retires it if it is draining, under the lease in the cell.
// Each round waits until refreshing has stopped.
void Expansion::Drain(int cp, int worker, unsigned lease) {
  if (Refreshes(cp) && !CopiesLeases()) return;
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
  if (Has(PlantedBug::kDeleteAfterMissedDrain) && Judge(drain) == kStale) {
    State next = without;
    go_on(next);
    AddMiss(next, Rule::kDrain, cp, worker, kStale);
    return;
  }
  UnderLease(drain, Rule::kDrain, fair, without, go_on);
}

// Memory follows the rows: a worker that the store lists under this control plane is taken up, and
// one that it does not list is forgotten. The upkeep reads the listing while the process runs, and
// the shutdown reads it while the process drains.
void Expansion::Upkeep(int cp, int worker) {
  const unsigned row = RowState::Get(state_, worker);
  const bool owned = Among(kActiveCodes, row) && Owner::Get(state_, worker) == cp;
  const unsigned lease = Cell::Get(state_, cp, worker);
  const Process process = ProcessOf::Get(state_, cp);
  const std::uint8_t fair = FairIndex(FairAction::kUpkeep, cp);
  if (owned && !HoldsLease(cp, worker)) {
    // The upkeep leaves a draining worker to the shutdown, and a claim in flight to its reply.
    const bool by_upkeep = process == Process::kRunning && row != RowCode(WorkerState::kDraining) &&
                           !WaitsForReply(cp, worker);
    const bool by_shutdown = process == Process::kDraining && !SkipsSecondListing();
    if (by_upkeep || by_shutdown) {
      State next = state_;
      Cell::Set(next, cp, worker, OwnerEpoch::Get(state_, worker));
      Add(next, Rule::kTakeUp, cp, worker, StepResult::kDone, fair);
    }
  }
  if (lease != 0 && !WorksOn(cp, worker) && (!owned || lease != OwnerEpoch::Get(state_, worker))) {
    State next = state_;
    Cell::Set(next, cp, worker, 0);
    Add(next, Rule::kForget, cp, worker, StepResult::kDone, fair);
  }
}

void Expansion::Shutdown(int cp) {
  const Process process = ProcessOf::Get(state_, cp);
  if (process == Process::kDraining) return Deregister(cp);
  if (process != Process::kStopping) return;
  // The first drain waits until refreshing has stopped.
  if (Refreshes(cp) && !CopiesLeases()) return;
  State next = state_;
  ProcessOf::Set(next, Process::kDraining, cp);
  Add(next, Rule::kDrainBegins, cp, kNoWorker, StepResult::kDone,
      FairIndex(FairAction::kShutdown, cp));
}

// A control plane deregisters when it remembers only workers that a session protects. With faults,
// a claim that landed late may still be under way; its choreography continues until the process
// learns of the end.
void Expansion::Deregister(int cp) {
  if (RegistrationOf::Get(state_, cp) == Registration::kGone) return;
  const Main at = MainAt::Get(state_, cp);
  if (at > Main::kOpenSession || (at != Main::kNone && !options_.lost_replies)) return;
  if (Refreshes(cp) && !CopiesLeases()) return;
  std::uint8_t broken = kNothingBroken;
  for (int worker = 0; worker < workers(); ++worker) {
    const bool spared = LiveSession::Get(state_, worker);
    if (Cell::Get(state_, cp, worker) != 0 && !spared) return;
    const bool left = Among(kActiveCodes, RowState::Get(state_, worker)) &&
                      Owner::Get(state_, worker) == cp && !spared;
    // The second listing finds the worker, unless that call fails; then the worker becomes an
    // orphan.
    if (left && !SkipsSecondListing() && !options_.lost_replies) return;
    if (left && !options_.AnyFault()) broken = Index(Property::kShutdownCompletes);
  }
  State next = state_;
  RegistrationOf::Set(next, Registration::kGone, cp);
  Add(next, Rule::kDeregister, cp, kNoWorker, StepResult::kDone,
      FairIndex(FairAction::kShutdown, cp), broken);
}

}  // namespace fencepost::models
