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
  const Ending ending = EndingOf(step.detail);
  const bool landed = ending == Ending::kDone || ending == Ending::kReplyLost;
  return {.event = landed ? "row_committed" : "row_refused", .worker = worker, .row = answer};
}

bool Ended(Process process) { return process == Process::kOver || process == Process::kCrashed; }

}  // namespace

std::optional<Operation> OperationOf(Rule rule) {
  switch (rule) {
    case Rule::kCreate:
      return Operation::kCreateWarmSlot;
    case Rule::kPublishIdle:
      return Operation::kPublishIdle;
    case Rule::kPublishReserved:
      return Operation::kPublishReserved;
    case Rule::kClaimIdle:
      return Operation::kClaimIdle;
    case Rule::kClaimHotIdle:
      return Operation::kClaimHotIdle;
    case Rule::kTakeOver:
      return Operation::kTakeOver;
    case Rule::kBeginActivation:
      return Operation::kBeginActivation;
    case Rule::kFinishActivation:
      return Operation::kFinishActivation;
    case Rule::kPark:
      return Operation::kPark;
    case Rule::kRefreshLease:
      return Operation::kRefreshLease;
    case Rule::kStampCredentials:
      return Operation::kStampCredentials;
    case Rule::kDrain:
      return Operation::kDrain;
    case Rule::kRetireDrained:
    case Rule::kRetireListed:
      return Operation::kRetireDrained;
    case Rule::kGiveUp:
    case Rule::kUnhealthy:
      return Operation::kMarkLost;
    case Rule::kRetireStuck:
      return Operation::kRetireFromSnapshot;
    case Rule::kRetireOrphan:
      return Operation::kRetireOrphan;
    case Rule::kRetireIdle:
      return Operation::kRetireIdleVariant;
    default:
      return std::nullopt;  // a test holds every step of these to leaving all rows as they are
  }
}

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
  for (int cp = 0; cp < kMostControlPlanes; ++cp) {
    const Process process = ProcessOf::Get(after, cp);
    if (!Ended(process) || Ended(ProcessOf::Get(before, cp))) continue;
    events.push_back({.event = "process_ended",
                      .row = std::nullopt,
                      .cp = cp,
                      .crashed = process == Process::kCrashed});
  }
  return events;
}

}  // namespace fencepost::models
