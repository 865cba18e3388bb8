// The janitor: observes one worker, decides, then acts under the snapshot it took. Its leadership
// may end between any two steps; safety never depends on there being one.

#include "models/lifecycle/expansion.h"

namespace fencepost::models {
namespace {

Operation OperationOf(Janitor at) {
  switch (at) {
    case Janitor::kOrphan:
    case Janitor::kStaleOrphan:
      return Operation::kRetireOrphan;
    case Janitor::kIdle:
    case Janitor::kStaleIdle:
      return Operation::kRetireIdleVariant;
    default:
      return Operation::kRetireFromSnapshot;
  }
}

Rule RetirementOf(Operation operation) {
  if (operation == Operation::kRetireOrphan) return Rule::kRetireOrphan;
  if (operation == Operation::kRetireIdleVariant) return Rule::kRetireIdle;
  return Rule::kRetireStuck;
}

}  // namespace

void Expansion::JanitorStep() {
  const Janitor at = JanitorAt::Get(state_);
  if (at == Janitor::kNone) {
    for (int worker = 0; worker < workers(); ++worker) JanitorLists(worker);
    return;
  }
  const int worker = JanitorWorker::Get(state_);
  if (options_.crashes || options_.pauses) {
    State next = state_;
    SetJanitor(next, Janitor::kNone, 0);
    Add(next, Rule::kJanitorChanges, kNobodysControlPlane, kNobodysWorker);
  }
  if (at == Janitor::kCleanPod || at == Janitor::kCleanSecret) return JanitorCleans(worker, at);
  JanitorRetires(worker, at);
}

void Expansion::JanitorLists(int worker) {
  const unsigned row = RowState::Get(state_, worker);
  const auto list = [&](Janitor at, Rule rule, std::uint8_t fair) {
    const bool compares_state = Makes(Mistake::kSnapshotFenceByState);
    State next = state_;
    SetJanitor(next, at, worker, compares_state ? row : 0);
    Add(next, rule, kNobodysControlPlane, worker, Ending::kDone, fair);
  };
  if (Among(kTerminalCodes, row)) {
    // The reconciler: the row shows a terminal state, which is a fence.
    const bool left =
        PodOf::Get(state_, worker) == Pod::kExists || SecretExists::Get(state_, worker);
    if (left && !Makes(Mistake::kPodsNotReconciled)) {
      list(Janitor::kCleanPod, Rule::kReconcile, FairIndex(FairAction::kReconcile, worker));
    }
    return;
  }
  if (row == kNoRow) return;
  const int owner = Owner::Get(state_, worker);
  const Registration registration = RegistrationOf::Get(state_, owner);
  const Registration least =
      Makes(Mistake::kOrphanOwnerNotLookedAtAgain) ? Registration::kExpired : Registration::kGone;
  if (registration >= least && !LiveSession::Get(state_, worker) &&
      !Makes(Mistake::kOrphansNotSwept)) {
    list(Janitor::kOrphan, Rule::kListOrphan, FairIndex(FairAction::kListOrphan, worker));
  }
  // A timeout strikes where nobody is at work. It is longer than the expiry: an owner that is
  // paused at its work for so long is not registered as live any more.
  const bool at_work = Runs(owner) && WorksOn(owner, worker) && registration == Registration::kLive;
  if (Among(kPassingCodes, row) && !at_work && !Makes(Mistake::kOrphansNotSwept)) {
    list(Janitor::kStuck, Rule::kListStuck, FairIndex(FairAction::kListStuck, worker));
  }
  if (Among(RowRuleFor(Operation::kRetireIdleVariant).from, row)) {
    list(Janitor::kIdle, Rule::kListIdle, kUnfair);
  }
}

void Expansion::JanitorRetires(int worker, Janitor at) {
  const Operation operation = OperationOf(at);
  const Rule rule = RetirementOf(operation);
  const std::uint8_t fair = FairIndex(FairAction::kRetire, worker);
  const Attempt attempt{.operation = operation, .worker = worker, .current = at <= Janitor::kIdle};
  const TransitionOutcome outcome = Judge(attempt);
  if (outcome != TransitionOutcome::kTransitioned) {
    State next = state_;
    SetJanitor(next, Janitor::kNone, 0);
    if (Makes(Mistake::kCleanupAfterMissedRetire)) SetJanitor(next, Janitor::kCleanPod, worker);
    AddMiss(next, rule, kNobodysControlPlane, worker, outcome, fair);
    return;
  }
  const std::uint8_t broken = BrokenByLanding(state_, attempt, options_.mistake);
  State next = Landed(attempt);
  SetJanitor(next, Janitor::kCleanPod, worker);
  Add(next, rule, kNobodysControlPlane, worker, Ending::kDone, fair, broken);
  if (!options_.lost_replies) return;
  SetJanitor(next, Janitor::kNone, 0);
  Add(next, rule, kNobodysControlPlane, worker, Ending::kReplyLost, kUnfair, broken);
}

void Expansion::JanitorCleans(int worker, Janitor at) {
  const bool pod = at == Janitor::kCleanPod;
  State next = state_;
  if (pod) {
    if (PodOf::Get(next, worker) == Pod::kExists) PodOf::Set(next, Pod::kDeleted, worker);
  } else {
    SecretExists::Set(next, false, worker);
  }
  if (pod && options_.secrets) {
    SetJanitor(next, Janitor::kCleanSecret, worker);
  } else {
    SetJanitor(next, Janitor::kNone, 0);
  }
  Add(next, pod ? Rule::kReapPod : Rule::kReapSecret, kNobodysControlPlane, worker, Ending::kDone,
      FairIndex(pod ? FairAction::kReapPod : FairAction::kReapSecret, worker));
}

// A client closes its session, or the store's clock ends it.
void Expansion::Sessions() {
  for (int worker = 0; worker < workers(); ++worker) {
    if (!LiveSession::Get(state_, worker)) continue;
    State next = state_;
    LiveSession::Set(next, false, worker);
    Add(next, Rule::kSessionEnds, kNobodysControlPlane, worker, Ending::kDone,
        FairIndex(FairAction::kSessionEnd, worker));
  }
}

}  // namespace fencepost::models
