#include "models/lifecycle/step_events.h"

#include <array>

#include "models/lifecycle/row_rules.h"
#include "models/lifecycle/worker_changes.h"

namespace fencepost::models {
namespace {

TransitionOutcome OutcomeOf(std::uint16_t detail) {
  switch (ResultOf(detail)) {
    case StepResult::kDone:
    case StepResult::kReplyLost:
      break;
    case StepResult::kSpared:
      return TransitionOutcome::kFenceMissSession;
    case StepResult::kMissed:
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
  const bool landed = HasLanded(ResultOf(step.detail));
  return {.event = landed ? "row_committed" : "row_refused", .worker = worker, .row = answer};
}

// By WorkerChange.
constexpr std::array<std::string_view, kWorkerChangeCount> kChangeEvents = {
    "pod_started",    "pod_deleted",     "secret_created",
    "secret_deleted", "session_changed", "session_changed"};

// nullopt if no process ends in the step; otherwise whether it ends by a crash. A shutdown ends
// with the deregistration, although a call that was under way may still complete after it.
std::optional<bool> EndOfProcess(const State& before, const Step<State>& step) {
  switch (static_cast<Rule>(step.rule)) {
    case Rule::kCrash:
      return true;
    case Rule::kDeregister:
      return false;
    case Rule::kLearnExpired:
      if (ProcessOf::Get(before, ControlPlaneOf(step.detail)) != Process::kDraining) return false;
      return std::nullopt;
    default:
      return std::nullopt;
  }
}

}  // namespace

std::vector<Operation> EquivalentOperations(Operation operation) {
  std::vector<Operation> equivalent;
  for (const TransitionRule& rule : kLifecycle) {
    if (RowRuleFor(rule.operation) == RowRuleFor(operation)) equivalent.push_back(rule.operation);
  }
  return equivalent;
}

std::vector<StepEvent> EventsOf(const State& before, const Step<State>& step) {
  std::vector<StepEvent> events;
  if (const auto operation = OperationOf(static_cast<Rule>(step.rule))) {
    events.push_back(RowEvent(step, *operation));
  }
  for (int worker = 0; worker < kMostWorkers; ++worker) {
    for (const WorkerChange change : WorkerChangesOf(before, step.next, worker)) {
      events.push_back({.event = kChangeEvents[static_cast<std::size_t>(change)],
                        .worker = worker,
                        .row = std::nullopt});
    }
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
