#include "models/lifecycle/step_events.h"

#include "models/lifecycle/row_rules.h"

namespace fencepost::models {
namespace {

TransitionOutcome OutcomeOf(std::uint16_t detail) {
  switch (EndingOf(detail)) {
    case Ending::kDone:
    case Ending::kReplyLost:
      break;
    case Ending::kSpared:
      return TransitionOutcome::kFenceMissSession;
    case Ending::kMissed:
      return MissOf(detail);
  }
  return TransitionOutcome::kTransitioned;
}

StepEvent RowEvent(const Step<State>& step, Operation operation) {
  const int worker = WorkerOf(step.detail);
  RowAnswer answer{.operation = operation,
                   .outcome = OutcomeOf(step.detail),
                   .state = std::nullopt,
                   .owner = Owner::Get(step.next, worker),
                   .epoch = OwnerEpoch::Get(step.next, worker)};
  const unsigned row = RowState::Get(step.next, worker);
  if (row != kNoRow) answer.state = static_cast<WorkerState>(row - 1);
  const bool landed = HasLanded(EndingOf(step.detail));
  return {.event = landed ? "row_committed" : "row_refused", .worker = worker, .row = answer};
}

// Whether the process crashes; nullopt if it does not end. In order it ends when it deregisters,
// although what it had under way may go on for a while.
std::optional<bool> EndOfProcess(const State& before, const Step<State>& step) {
  switch (static_cast<Rule>(step.rule)) {
    case Rule::kCrash:
      return true;
    case Rule::kDeregister:
      return false;
    case Rule::kLearnedGone:
      if (ProcessOf::Get(before, ControlPlaneOf(step.detail)) != Process::kDraining) return false;
      return std::nullopt;
    default:
      return std::nullopt;
  }
}

}  // namespace

std::vector<Operation> AlikeInTheModel(Operation operation) {
  std::vector<Operation> alike;
  for (const TransitionRule& rule : kLifecycle) {
    if (RowRuleFor(rule.operation) == RowRuleFor(operation)) alike.push_back(rule.operation);
  }
  return alike;
}

std::vector<StepEvent> EventsOf(const State& before, const Step<State>& step) {
  std::vector<StepEvent> events;
  const State& after = step.next;
  if (const auto operation = OperationOf(static_cast<Rule>(step.rule))) {
    events.push_back(RowEvent(step, *operation));
  }
  for (int worker = 0; worker < kMostWorkers; ++worker) {
    const auto add = [&](std::string_view event) {
      events.push_back({.event = event, .worker = worker, .row = std::nullopt});
    };
    if (PodOf::Get(before, worker) != PodOf::Get(after, worker)) {
      add(PodOf::Get(after, worker) == Pod::kDeleted ? "pod_deleted" : "pod_started");
    }
    if (SecretExists::Get(before, worker) != SecretExists::Get(after, worker)) {
      add(SecretExists::Get(after, worker) ? "secret_created" : "secret_deleted");
    }
    if (LiveSession::Get(before, worker) != LiveSession::Get(after, worker)) add("session_changed");
  }
  if (const std::optional<bool> crashed = EndOfProcess(before, step)) {
    events.push_back({.event = "process_ended",
                      .row = std::nullopt,
                      .cp = ControlPlaneOf(step.detail),
                      .crashed = *crashed});
  }
  return events;
}

}  // namespace fencepost::models
