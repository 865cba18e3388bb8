// The next step of each choreography, whose lease is checked out of the cell.

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

// A shutdown interrupts the choreography: the lease is returned to the cell, where the drain finds
// it.
void Expansion::YieldToShutdown(int cp, int worker, unsigned lease) {
  if (IsRunning(cp)) return;
  State next = WithoutMain(cp);
  ReturnLease(next, cp, worker, lease);
  Add(next, Rule::kYieldToShutdown, cp, worker, StepResult::kDone,
      FairIndex(FairAction::kMainStep, cp));
}

// Spawning or activating has failed for good: the worker is marked lost.
void Expansion::GiveUp(int cp, int worker, unsigned lease) {
  if (!options_.lost_replies || !IsRunning(cp)) return;
  UnderLease({.operation = Operation::kMarkLost, .worker = worker, .cp = cp, .epoch = lease},
             Rule::kGiveUp, kUnfair, WithoutMain(cp),
             [&](State& told) { BeginMain(told, cp, Main::kCleanPod, worker, 0); });
}

// Slot, secret, pod, publish. After publish_idle the lease is in the cell; after publish_reserved
// the activation follows.
void Expansion::SpawnStep(int cp, int worker, unsigned lease) {
  const Main at = MainAt::Get(state_, cp);
  const std::uint8_t fair = FairIndex(FairAction::kMainStep, cp);
  GiveUp(cp, worker, lease);
  YieldToShutdown(cp, worker, lease);
  if (at == Main::kPublish) return PublishStep(cp, worker, lease);
  const bool secret = at == Main::kSpawnSecret;
  State next = state_;
  if (secret) {
    SecretExists::Set(next, true, worker);
  } else {
    PodOf::Set(next, Pod::kExists, worker);
  }
  MainAt::Set(next, secret ? Main::kSpawnPod : Main::kPublish, cp);
  Add(next, secret ? Rule::kSpawnSecret : Rule::kSpawnPod, cp, worker, StepResult::kDone, fair);
}

void Expansion::PublishStep(int cp, int worker, unsigned lease) {
  const std::uint8_t fair = FairIndex(FairAction::kMainStep, cp);
  State without = WithoutMain(cp);
  if (Among(kTerminalCodes, RowState::Get(state_, worker))) {
    // Another actor has ended the worker, possibly before it had a pod. Its pod is to be deleted.
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

// Activating has failed for a reason that is not the worker's, at any time: the issuer may refuse
// the org, which is a call that fails until its caller gives up. The worker is given back under its
// lease, which returns to the cell. The model keeps no history of activations, so it allows the
// return as idle wherever the row is reserved.
void Expansion::GiveBack(int cp, int worker, unsigned lease) {
  if (!options_.lost_replies || !IsRunning(cp)) return;
  const auto keep = [&](State& told) { Cell::Set(told, cp, worker, lease); };
  if (MainAt::Get(state_, cp) == Main::kBegin) {
    UnderLease({.operation = Operation::kReturnIdle, .worker = worker, .cp = cp, .epoch = lease},
               Rule::kReturnIdle, kUnfair, WithoutMain(cp), keep);
  }
  UnderLease({.operation = Operation::kReturnHotIdle, .worker = worker, .cp = cp, .epoch = lease},
             Rule::kReturnHotIdle, kUnfair, WithoutMain(cp), keep);
  // The store does not answer: the upkeep finds the lease in the cell.
  State next = WithoutMain(cp);
  ReturnLease(next, cp, worker, lease);
  Add(next, Rule::kLeaveToUpkeep, cp, worker);
}

void Expansion::ActivationStep(int cp, int worker, unsigned lease) {
  GiveUp(cp, worker, lease);
  GiveBack(cp, worker, lease);
  YieldToShutdown(cp, worker, lease);
  const bool begins = MainAt::Get(state_, cp) == Main::kBegin;
  const Operation operation = begins ? Operation::kBeginActivation : Operation::kFinishActivation;
  UnderLease({.operation = operation, .worker = worker, .cp = cp, .epoch = lease},
             begins ? Rule::kBeginActivation : Rule::kFinishActivation,
             FairIndex(FairAction::kMainStep, cp), WithoutMain(cp), [&](State& told) {
               BeginMain(told, cp, begins ? Main::kFinish : Main::kOpenSession, worker, lease);
             });
}

// A session is opened, or opened again, only on a hot worker under the current lease. The client
// may also have left.
void Expansion::OpenSessionStep(int cp, int worker, unsigned lease) {
  const std::uint8_t fair = FairIndex(FairAction::kMainStep, cp);
  const bool holds =
      RowState::Get(state_, worker) == RowCode(WorkerState::kHot) && IsCurrent(cp, worker, lease);
  State next = WithoutMain(cp);
  if (!holds) {
    Add(next, Rule::kOpenSession, cp, worker, StepResult::kMissed, fair);
    return;
  }
  Cell::Set(next, cp, worker, lease);
  Add(next, Rule::kCancelOpen, cp, worker, StepResult::kDone, fair);
  if (!options_.sessions || LiveSession::Get(state_, worker)) return;
  LiveSession::Set(next, true, worker);
  Add(next, Rule::kOpenSession, cp, worker);
}

// After a drain: delete the pod, delete the secret, retire. If a step fails, the janitor finishes
// the work.
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
  Add(next, pod ? Rule::kDeleteDrainedPod : Rule::kDeleteDrainedSecret, cp, worker,
      StepResult::kDone, fair);
  // If a deletion fails, the worker stays in draining, and its lease is dropped.
  if (options_.lost_replies) Add(WithoutMain(cp), Rule::kCallFails, cp, worker);
}

// Deletes the pod and then the secret of a fenced worker.
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
  Add(next, pod ? Rule::kDeletePod : Rule::kDeleteSecret, cp, worker, StepResult::kDone,
      FairIndex(FairAction::kMainStep, cp));
  if (options_.lost_replies) Add(WithoutMain(cp), Rule::kCallFails, cp, worker);
}

void Expansion::BackgroundStep(int cp) {
  const int worker = BackgroundWorker::Get(state_, cp);
  const unsigned lease = BackgroundLease::Get(state_, cp);
  switch (BackgroundAt::Get(state_, cp)) {
    case Background::kNone:
      return;
    case Background::kRefresh:
      return RefreshStep(cp, worker, lease);
    case Background::kStamp:
      return StampStep(cp, worker, lease);
    case Background::kReply:
      return ReplyStep(cp, worker, lease);
  }
}

void Expansion::RefreshStep(int cp, int worker, unsigned lease) {
  const std::uint8_t fair = FairIndex(FairAction::kBackgroundStep, cp);
  const State without = WithoutBackground(cp);
  // The refresh was refused for good, or the process stopped before the call.
  if (options_.lost_replies || !IsRunning(cp)) {
    State next = without;
    ReturnLease(next, cp, worker, lease);
    Add(next, Rule::kCancelRefresh, cp, worker, StepResult::kDone, fair);
  }
  UnderLease({.operation = Operation::kRefreshLease, .worker = worker, .cp = cp, .epoch = lease},
             Rule::kRefreshLease, fair, without, [&](State& told) {
               BeginBackground(told, cp, Background::kStamp, worker, OwnerEpoch::Get(told, worker));
             });
}

// Stamps the credentials that were issued under the new lease. The new lease is in the cell before
// any other activity can read the cell, whether the credentials were issued or not.
void Expansion::StampStep(int cp, int worker, unsigned lease) {
  const std::uint8_t fair = FairIndex(FairAction::kBackgroundStep, cp);
  const State without = WithoutBackground(cp);
  State unstamped = without;
  Cell::Set(unstamped, cp, worker, lease);
  if (options_.lost_replies) Add(unstamped, Rule::kCancelRefresh, cp, worker);
  UnderLease(
      {.operation = Operation::kStampCredentials, .worker = worker, .cp = cp, .epoch = lease},
      Rule::kStampCredentials, fair, without,
      [&](State& told) { Cell::Set(told, cp, worker, lease); });
}

// The reply to a claim or a create arrives. Meanwhile the process may have found the worker in the
// store's listing, and may even have drained it.
void Expansion::ReplyStep(int cp, int worker, unsigned lease) {
  if (MainAt::Get(state_, cp) != Main::kNone) return;
  const Main spawn = After(Main::kSpawnSecret, Main::kSpawnPod);
  State next = WithoutBackground(cp);
  Cell::Set(next, cp, worker, 0);
  BeginMain(next, cp, ReplyOfCreate::Get(state_, cp) ? spawn : Main::kBegin, worker, lease);
  Add(next, Rule::kReceiveReply, cp, worker, StepResult::kDone,
      FairIndex(FairAction::kBackgroundStep, cp));
}

}  // namespace fencepost::models
