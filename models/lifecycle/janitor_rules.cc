// The janitor observes one worker, decides, and acts under the snapshot that it took. Its
// leadership may end between any two steps. Safety does not depend on there being a single leader.

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
    for (int worker = 0; worker < workers(); ++worker) JanitorList(worker);
    return;
  }
  const int worker = JanitorWorker::Get(state_);
  if (options_.crashes || options_.pauses) {
    State next = state_;
    SetJanitor(next, Janitor::kNone, 0);
    Add(next, Rule::kJanitorChanges, kNoControlPlane, kNoWorker);
  }
  if (at == Janitor::kCleanPod || at == Janitor::kCleanSecret) return JanitorClean(worker, at);
  JanitorRetire(worker, at);
}

void Expansion::JanitorList(int worker) {
  const unsigned row = RowState::Get(state_, worker);
  const auto list = [&](Janitor at, Rule rule, std::uint8_t fair) {
    const bool compares_state = Has(PlantedBug::kSnapshotFenceByState);
    State next = state_;
    SetJanitor(next, at, worker, compares_state ? row : 0);
    Add(next, rule, kNoControlPlane, worker, StepResult::kDone, fair);
  };
  if (Among(kTerminalCodes, row)) {
    // The reconciler gets its fence from the row, which shows a terminal state.
    const bool left =
        PodOf::Get(state_, worker) == Pod::kExists || SecretExists::Get(state_, worker);
    if (left && !Has(PlantedBug::kPodsNotReconciled)) {
      list(Janitor::kCleanPod, Rule::kReconcile, FairIndex(FairAction::kReconcile, worker));
    }
    return;
  }
  if (row == kNoRow) return;
  const int owner = Owner::Get(state_, worker);
  const Registration registration = RegistrationOf::Get(state_, owner);
  const Registration least =
      Has(PlantedBug::kOrphanOwnerNotLookedAtAgain) ? Registration::kExpired : Registration::kGone;
  if (registration >= least && !LiveSession::Get(state_, worker) &&
      !Has(PlantedBug::kOrphansNotSwept)) {
    list(Janitor::kOrphan, Rule::kListOrphan, FairIndex(FairAction::kListOrphan, worker));
  }
  // A worker is stuck if its owner does not work on it. The timeout is longer than the expiry, so
  // an owner that is paused for the timeout is not registered as live any more.
  const bool at_work = Runs(owner) && WorksOn(owner, worker) && registration == Registration::kLive;
  if (Among(kTransientCodes, row) && !at_work && !Has(PlantedBug::kOrphansNotSwept)) {
    list(Janitor::kStuck, Rule::kListStuck, FairIndex(FairAction::kListStuck, worker));
  }
  if (Among(RowRuleFor(Operation::kRetireIdleVariant).from, row)) {
    list(Janitor::kIdle, Rule::kListIdle, kUnfair);
  }
}

void Expansion::JanitorRetire(int worker, Janitor at) {
  const Operation operation = OperationOf(at);
  const Rule rule = RetirementOf(operation);
  const std::uint8_t fair = FairIndex(FairAction::kRetire, worker);
  const Attempt attempt{
      .operation = operation,
      .worker = worker,
      .current = at <= Janitor::kIdle,
      .spare_sessions = operation == Operation::kRetireFromSnapshot &&
                        Among(kToBeActivatedCodes, RowState::Get(state_, worker))};
  const TransitionOutcome outcome = Judge(attempt);
  if (outcome != TransitionOutcome::kTransitioned) {
    State next = state_;
    SetJanitor(next, Janitor::kNone, 0);
    if (Has(PlantedBug::kCleanupAfterMissedRetire)) SetJanitor(next, Janitor::kCleanPod, worker);
    AddMiss(next, rule, kNoControlPlane, worker, outcome, fair);
    return;
  }
  const std::uint8_t broken = BrokenByLanding(state_, attempt, options_.planted_bug);
  State next = Landed(attempt);
  SetJanitor(next, Janitor::kCleanPod, worker);
  Add(next, rule, kNoControlPlane, worker, StepResult::kDone, fair, broken);
  if (!options_.lost_replies) return;
  SetJanitor(next, Janitor::kNone, 0);
  Add(next, rule, kNoControlPlane, worker, StepResult::kReplyLost, kUnfair, broken);
}

void Expansion::JanitorClean(int worker, Janitor at) {
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
  Add(next, pod ? Rule::kReapPod : Rule::kReapSecret, kNoControlPlane, worker, StepResult::kDone,
      FairIndex(pod ? FairAction::kReapPod : FairAction::kReapSecret, worker));
}

// A client closes its session, or the store's clock ends it.
void Expansion::Sessions() {
  for (int worker = 0; worker < workers(); ++worker) {
    if (!LiveSession::Get(state_, worker)) continue;
    State next = state_;
    LiveSession::Set(next, false, worker);
    Add(next, Rule::kSessionEnds, kNoControlPlane, worker, StepResult::kDone,
        FairIndex(FairAction::kSessionEnd, worker));
  }
}

}  // namespace fencepost::models
