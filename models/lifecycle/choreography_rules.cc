// One step of a choreography that is under way, with its lease checked out of the cell.

#include "models/lifecycle/expansion.h"

namespace fencepost::models {

void Expansion::MainStep(int cp) {
  const int worker = MainWorker::Get(state_, cp);
  const unsigned lease = MainLease::Get(state_, cp);
  switch (MainAt::Get(state_, cp)) {
    case Main::kNone:
      return;
    case Main::kSpawnSecret:
    case Main::kSpawnPod:
    case Main::kPublish:
      return SpawnStep(cp, worker, lease);
    case Main::kBegin:
    case Main::kFinish:
      return ActivationStep(cp, worker, lease);
    case Main::kOpenSession:
      return OpenSessionStep(cp, worker, lease);
    case Main::kDrainedPod:
    case Main::kDrainedSecret:
    case Main::kRetire:
      return DrainedStep(cp, worker, lease);
    case Main::kCleanPod:
    case Main::kCleanSecret:
      return CleanUpStep(cp, worker);
  }
}

// A control plane that shuts down has no patience: the lease goes back to the cell, and the drain
// finds it there.
void Expansion::LeaveToShutdown(int cp, int worker, unsigned lease) {
  if (IsRunning(cp)) return;
  State next = WithoutMain(cp);
  ReturnLease(next, cp, worker, lease);
  Add(next, Rule::kLeaveToShutdown, cp, worker, Ending::kDone,
      FairIndex(FairAction::kMainStep, cp));
}

// Spawning or activating has failed for good: the worker is lost.
void Expansion::GiveUp(int cp, int worker, unsigned lease) {
  if (!options_.lost_replies || !IsRunning(cp)) return;
  UnderLease({.operation = Operation::kMarkLost, .worker = worker, .cp = cp, .epoch = lease},
             Rule::kGiveUp, kUnfair, WithoutMain(cp),
             [&](State& told) { BeginMain(told, cp, Main::kCleanPod, worker, 0); });
}

// Slot, secret, pod, publish. What was published as idle waits in the cell; what was published for
// an org goes on to its activation.
void Expansion::SpawnStep(int cp, int worker, unsigned lease) {
  const Main at = MainAt::Get(state_, cp);
  const std::uint8_t fair = FairIndex(FairAction::kMainStep, cp);
  GiveUp(cp, worker, lease);
  LeaveToShutdown(cp, worker, lease);
  if (at == Main::kPublish) return PublishStep(cp, worker, lease);
  const bool secret = at == Main::kSpawnSecret;
  State next = state_;
  if (secret) {
    SecretExists::Set(next, true, worker);
  } else {
    PodOf::Set(next, Pod::kExists, worker);
  }
  MainAt::Set(next, secret ? Main::kSpawnPod : Main::kPublish, cp);
  Add(next, secret ? Rule::kSpawnSecret : Rule::kSpawnPod, cp, worker, Ending::kDone, fair);
}

void Expansion::PublishStep(int cp, int worker, unsigned lease) {
  const std::uint8_t fair = FairIndex(FairAction::kMainStep, cp);
  State without = WithoutMain(cp);
  if (Among(kTerminalCodes, RowState::Get(state_, worker))) {
    // Somebody has ended the worker, perhaps before it had a pod: this pod is dead as well.
    BeginMain(without, cp, Main::kCleanPod, worker, 0);
    AddMiss(without, Rule::kPublishIdle, cp, worker, TransitionOutcome::kFenceMissState, fair);
    return;
  }
  UnderLease({.operation = Operation::kPublishIdle, .worker = worker, .cp = cp, .epoch = lease},
             Rule::kPublishIdle, fair, without,
             [&](State& told) { Cell::Set(told, cp, worker, lease); });
  UnderLease({.operation = Operation::kPublishReserved, .worker = worker, .cp = cp, .epoch = lease},
             Rule::kPublishReserved, fair, without,
             [&](State& told) { BeginMain(told, cp, Main::kBegin, worker, lease); });
}

void Expansion::ActivationStep(int cp, int worker, unsigned lease) {
  GiveUp(cp, worker, lease);
  LeaveToShutdown(cp, worker, lease);
  const bool begins = MainAt::Get(state_, cp) == Main::kBegin;
  const Operation operation = begins ? Operation::kBeginActivation : Operation::kFinishActivation;
  UnderLease({.operation = operation, .worker = worker, .cp = cp, .epoch = lease},
             begins ? Rule::kBeginActivation : Rule::kFinishActivation,
             FairIndex(FairAction::kMainStep, cp), WithoutMain(cp), [&](State& told) {
               BeginMain(told, cp, begins ? Main::kFinish : Main::kOpenSession, worker, lease);
             });
}

// A session begins, or begins anew, only on a hot worker under the lease that it has now. It may
// also be that the client has gone.
void Expansion::OpenSessionStep(int cp, int worker, unsigned lease) {
  const std::uint8_t fair = FairIndex(FairAction::kMainStep, cp);
  const bool holds =
      RowState::Get(state_, worker) == RowCode(WorkerState::kHot) && IsCurrent(cp, worker, lease);
  State next = WithoutMain(cp);
  if (!holds) {
    Add(next, Rule::kOpenSession, cp, worker, Ending::kMissed, fair);
    return;
  }
  Cell::Set(next, cp, worker, lease);
  Add(next, Rule::kLeaveUnopened, cp, worker, Ending::kDone, fair);
  if (!options_.sessions || LiveSession::Get(state_, worker)) return;
  LiveSession::Set(next, true, worker);
  Add(next, Rule::kOpenSession, cp, worker);
}

// Drained: delete the pod, delete the secret, retire. A step that fails leaves a state that the
// janitor finishes.
void Expansion::DrainedStep(int cp, int worker, unsigned lease) {
  const Main at = MainAt::Get(state_, cp);
  const std::uint8_t fair = FairIndex(FairAction::kMainStep, cp);
  if (at == Main::kRetire) {
    UnderLease({.operation = Operation::kRetireDrained, .worker = worker, .cp = cp, .epoch = lease},
               Rule::kRetireDrained, fair, WithoutMain(cp), [](State&) {});
    return;
  }
  const bool pod = at == Main::kDrainedPod;
  State next = state_;
  if (pod && PodOf::Get(next, worker) == Pod::kExists) PodOf::Set(next, Pod::kDeleted, worker);
  if (!pod) SecretExists::Set(next, false, worker);
  MainAt::Set(next, pod ? After(Main::kDrainedSecret, Main::kRetire) : Main::kRetire, cp);
  Add(next, pod ? Rule::kDeleteDrainedPod : Rule::kDeleteDrainedSecret, cp, worker, Ending::kDone,
      fair);
  // What cannot be deleted leaves the worker draining, and its lease is dropped.
  if (options_.lost_replies) Add(WithoutMain(cp), Rule::kCallFails, cp, worker);
}

// Pod, then secret, of a worker that is dead to everyone.
void Expansion::CleanUpStep(int cp, int worker) {
  const bool pod = MainAt::Get(state_, cp) == Main::kCleanPod;
  State next = state_;
  if (pod && PodOf::Get(next, worker) == Pod::kExists) PodOf::Set(next, Pod::kDeleted, worker);
  if (!pod) SecretExists::Set(next, false, worker);
  if (pod && options_.secrets) {
    MainAt::Set(next, Main::kCleanSecret, cp);
  } else {
    EndMain(next, cp);
  }
  Add(next, pod ? Rule::kDeletePod : Rule::kDeleteSecret, cp, worker, Ending::kDone,
      FairIndex(FairAction::kMainStep, cp));
  if (options_.lost_replies) Add(WithoutMain(cp), Rule::kCallFails, cp, worker);
}

void Expansion::AsideStep(int cp) {
  const int worker = AsideWorker::Get(state_, cp);
  const unsigned lease = AsideLease::Get(state_, cp);
  switch (AsideAt::Get(state_, cp)) {
    case Aside::kNone:
      return;
    case Aside::kRefresh:
      return RefreshStep(cp, worker, lease);
    case Aside::kStamp:
      return StampStep(cp, worker, lease);
    case Aside::kReply:
      return ReplyStep(cp, worker, lease);
  }
}

void Expansion::RefreshStep(int cp, int worker, unsigned lease) {
  const std::uint8_t fair = FairIndex(FairAction::kAsideStep, cp);
  const State without = WithoutAside(cp);
  // Refused for good, or stopped before it began.
  if (options_.lost_replies || !IsRunning(cp)) {
    State next = without;
    ReturnLease(next, cp, worker, lease);
    Add(next, Rule::kLeaveUnrefreshed, cp, worker, Ending::kDone, fair);
  }
  UnderLease({.operation = Operation::kRefreshLease, .worker = worker, .cp = cp, .epoch = lease},
             Rule::kRefreshLease, fair, without, [&](State& told) {
               BeginAside(told, cp, Aside::kStamp, worker, OwnerEpoch::Get(told, worker));
             });
}

// The credentials that were issued under the new lease are stamped, and the lease is in the cell
// before anyone else can look there. Without credentials it goes there all the same.
void Expansion::StampStep(int cp, int worker, unsigned lease) {
  const std::uint8_t fair = FairIndex(FairAction::kAsideStep, cp);
  const State without = WithoutAside(cp);
  State unstamped = without;
  Cell::Set(unstamped, cp, worker, lease);
  if (options_.lost_replies) Add(unstamped, Rule::kLeaveUnrefreshed, cp, worker);
  UnderLease(
      {.operation = Operation::kStampCredentials, .worker = worker, .cp = cp, .epoch = lease},
      Rule::kStampCredentials, fair, without,
      [&](State& told) { Cell::Set(told, cp, worker, lease); });
}

// Only now the process knows what it owns. Meanwhile the worker may have been listed as its own,
// and even drained.
void Expansion::ReplyStep(int cp, int worker, unsigned lease) {
  if (MainAt::Get(state_, cp) != Main::kNone) return;
  const Main spawn = After(Main::kSpawnSecret, Main::kSpawnPod);
  State next = WithoutAside(cp);
  Cell::Set(next, cp, worker, 0);
  BeginMain(next, cp, ReplyOfCreate::Get(state_, cp) ? spawn : Main::kBegin, worker, lease);
  Add(next, Rule::kLearnClaim, cp, worker, Ending::kDone, FairIndex(FairAction::kAsideStep, cp));
}

}  // namespace fencepost::models
