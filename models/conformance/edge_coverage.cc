#include "models/conformance/edge_coverage.h"

#include <optional>
#include <variant>

#include "absl/strings/str_cat.h"
#include "core/rules/transition.h"
#include "models/checker/state_index.h"
#include "models/lifecycle/machine.h"
#include "models/lifecycle/row_rules.h"
#include "models/lifecycle/rules.h"

namespace fencepost::models {
namespace {

constexpr int kWorker = 0;

constexpr std::array<std::string_view, kWorkerChangeCount + kOwnerChangeCount> kChangeNames = {
    "the pod is created",    "the pod is deleted", "the secret is created", "the secret is deleted",
    "a session is opened",   "the session ends",   "the owner is expired",  "the owner is revived",
    "the owner deregisters", "the owner crashes"};
constexpr std::array<std::string_view, Edge::kAttempts> kAttemptNames = {
    "", " refused, to its owner", " refused, to another than its owner"};
constexpr std::array<std::string_view, Edge::kPods> kPodNames = {"no pod", "pod", "pod deleted"};

std::size_t NumberOf(unsigned row, Pod pod, std::size_t label) {
  return (row * Edge::kPods + static_cast<std::size_t>(pod)) * Edge::kLabels + label;
}

// A refusal to the owner or to another caller. A worker in a terminal state has no owner.
Edge::Attempt MissOf(unsigned row, bool by_owner) {
  return by_owner && !Among(kTerminalCodes, row) ? Edge::Attempt::kMissedByOwner
                                                 : Edge::Attempt::kMissedByAnother;
}

}  // namespace

Edge::Edge(unsigned row, Pod pod, Operation operation, Attempt attempt)
    : number_(NumberOf(row, pod,
                       static_cast<std::size_t>(ModelOperation(operation)) * kAttempts +
                           static_cast<std::size_t>(attempt))) {}

Edge::Edge(unsigned row, Pod pod, WorkerChange change)
    : number_(NumberOf(row, pod, kOperationCount * kAttempts + static_cast<std::size_t>(change))) {}

Edge::Edge(unsigned row, Pod pod, OwnerChange change)
    : number_(NumberOf(
          row, pod,
          kOperationCount * kAttempts + kWorkerChangeCount + static_cast<std::size_t>(change))) {}

std::string EdgeName(std::size_t number) {
  const std::size_t label = number % Edge::kLabels;
  const std::size_t pod = number / Edge::kLabels % Edge::kPods;
  const std::size_t row = number / Edge::kLabels / Edge::kPods;
  std::string name = row == kNoRow
                         ? "no row"
                         : absl::StrCat(std::string(StateName(static_cast<WorkerState>(row - 1))),
                                        ", ", std::string(kPodNames[pod]));
  constexpr std::size_t kOperations = kOperationCount * Edge::kAttempts;
  if (label >= kOperations) {
    return absl::StrCat(name, ": ", std::string(kChangeNames[label - kOperations]));
  }
  return absl::StrCat(name, ": ",
                      std::string(OperationName(static_cast<Operation>(label / Edge::kAttempts))),
                      std::string(kAttemptNames[label % Edge::kAttempts]));
}

void EdgeCounts::Add(const EdgeCounts& other) {
  for (std::size_t i = 0; i < seen.size(); ++i) seen[i] += other.seen[i];
}

// ---- The edges of runs -------------------------------------------------------------------------

void EdgeCoverage::On(const Event& event) {
  if (const auto* commit = std::get_if<RowCommitted>(&event.body)) return OnCommitted(*commit);
  if (const auto* refused = std::get_if<RowRefused>(&event.body)) return OnRefused(*refused);
  if (const auto* changed = std::get_if<ControlPlaneChanged>(&event.body)) {
    return OnControlPlane(*changed);
  }
  if (const auto* changed = std::get_if<SessionChanged>(&event.body)) return OnSession(*changed);
  if (const auto* ended = std::get_if<ProcessEnded>(&event.body)) return OnEnded(*ended);
  if (const auto* started = std::get_if<PodStarted>(&event.body)) {
    WorkerView* const worker = workers_.Find(started->worker);
    if (worker == nullptr || !worker->uid.empty()) return;
    Count(*worker, WorkerChange::kPodCreated);
    worker->uid = started->uid;
    worker->pod = Pod::kExists;
  } else if (const auto* deleted = std::get_if<PodDeleted>(&event.body)) {
    WorkerView* const worker = workers_.Find(deleted->worker);
    if (worker == nullptr || worker->uid != deleted->uid) return;
    if (deleted->by_request) Count(*worker, WorkerChange::kPodDeleted);
    worker->pod = deleted->by_request ? Pod::kDeleted : Pod::kNone;
  } else if (const auto* created = std::get_if<SecretCreated>(&event.body)) {
    if (const WorkerView* worker = workers_.Find(created->worker)) {
      Count(*worker, WorkerChange::kSecretCreated);
    }
  } else if (const auto* gone = std::get_if<SecretDeleted>(&event.body)) {
    if (const WorkerView* worker = workers_.Find(gone->worker)) {
      Count(*worker, WorkerChange::kSecretDeleted);
    }
  }
}

template <class Change>
void EdgeCoverage::Count(const WorkerView& worker, Change change) {
  ++counts_.seen[Edge(worker.row, worker.pod, change).number()];
}

void EdgeCoverage::CountOwned(const CpId& owner, OwnerChange change) {
  for (const auto& [id, worker] : workers_.entries()) {
    if (worker.owner == owner && !Among(kTerminalCodes, worker.row)) Count(worker, change);
  }
}

void EdgeCoverage::OnCommitted(const RowCommitted& commit) {
  if (commit.before == nullptr) workers_[commit.after.worker_id] = WorkerView{};
  WorkerView* const worker = workers_.Find(commit.after.worker_id);
  if (worker == nullptr) return;  // the stream does not contain the creation of the row
  const Edge edge(worker->row, worker->pod, commit.operation, Edge::Attempt::kLanded);
  ++counts_.seen[edge.number()];
  worker->row = RowCode(commit.after.state);
  worker->owner = commit.after.owner_cp;
}

void EdgeCoverage::OnRefused(const RowRefused& refused) {
  const FenceKind fence = RuleOf(refused.request.operation).fence;
  const WorkerView* const worker = workers_.Find(refused.request.worker);
  if (worker == nullptr || refused.row == nullptr || fence == FenceKind::kEpoch) return;
  if (fence == FenceKind::kLease) {
    // The model has no step for a late repetition, nor for a refusal because of a session.
    if (refused.outcome == TransitionOutcome::kFenceMissTouched ||
        refused.outcome == TransitionOutcome::kFenceMissSession) {
      return;
    }
  }
  const bool by_owner =
      fence == FenceKind::kLease && refused.request.believed_owner == refused.row->owner_cp;
  const Edge edge(worker->row, worker->pod, refused.request.operation,
                  MissOf(worker->row, by_owner));
  ++counts_.seen[edge.number()];
}

void EdgeCoverage::OnControlPlane(const ControlPlaneChanged& changed) {
  const bool expired = changed.row.state == CpState::kExpired;
  if (changed.before == CpState::kExpired && !expired) {
    CountOwned(changed.row.cp_id, OwnerChange::kRevived);
  } else if (expired && changed.row.expiry_cause == ExpiryCause::kMissedHeartbeat) {
    CountOwned(changed.row.cp_id, OwnerChange::kExpired);
  } else if (expired && changed.row.expiry_cause == ExpiryCause::kDeregistered) {
    CountOwned(changed.row.cp_id, OwnerChange::kDeregistered);
  }
}

void EdgeCoverage::OnSession(const SessionChanged& changed) {
  WorkerView* const worker = workers_.Find(changed.session.worker_id);
  if (worker == nullptr) return;
  const bool live = changed.session.state == SessionState::kActive ||
                    changed.session.state == SessionState::kReconnecting;
  if (live == worker->session) return;
  worker->session = live;
  Count(*worker, live ? WorkerChange::kSessionOpened : WorkerChange::kSessionEnded);
}

void EdgeCoverage::OnEnded(const ProcessEnded& ended) {
  if (ended.crashed) CountOwned(ended.cp, OwnerChange::kCrashed);
}

// ---- The edges of the model --------------------------------------------------------------------

namespace {

bool OwnedBy(const State& state, int cp) {
  return OwnerEpoch::Get(state, kWorker) != 0 && Owner::Get(state, kWorker) == cp;
}

std::optional<OwnerChange> OwnerChangeOf(const State& before, const Step<State>& step) {
  if (!OwnedBy(before, ControlPlaneOf(step.detail))) return std::nullopt;
  switch (static_cast<Rule>(step.rule)) {
    case Rule::kHeartbeatMissed:
      return OwnerChange::kExpired;
    case Rule::kRevived:
      return OwnerChange::kRevived;
    case Rule::kDeregister:
      return OwnerChange::kDeregistered;
    case Rule::kCrash:
      return OwnerChange::kCrashed;
    default:
      return std::nullopt;
  }
}

// Adds the edges of the step; none, if the step is not observable.
void AddEdges(const State& before, const Step<State>& step, std::vector<bool>& edges) {
  const unsigned row = RowState::Get(before, kWorker);
  const Pod pod = PodOf::Get(before, kWorker);
  const Rule rule = static_cast<Rule>(step.rule);
  if (const std::optional<Operation> operation = OperationOf(rule)) {
    const StepResult result = ResultOf(step.detail);
    if (result == StepResult::kSpared) return;
    const Edge::Attempt attempt = result == StepResult::kMissed
                                      ? MissOf(row, OwnedBy(before, ControlPlaneOf(step.detail)))
                                      : Edge::Attempt::kLanded;
    edges[Edge(row, pod, *operation, attempt).number()] = true;
    // For a terminal worker the model does not distinguish the two operations that publish.
    if (rule == Rule::kPublishIdle && result == StepResult::kMissed) {
      edges[Edge(row, pod, Operation::kPublishReserved, attempt).number()] = true;
    }
    return;
  }
  for (const WorkerChange change : WorkerChangesOf(before, step.next, kWorker)) {
    edges[Edge(row, pod, change).number()] = true;
  }
  const std::optional<OwnerChange> change = OwnerChangeOf(before, step);
  if (change.has_value()) edges[Edge(row, pod, *change).number()] = true;
}

}  // namespace

std::vector<std::size_t> EdgesOfTheModel() {
  const Machine machine(Options{});
  std::vector<bool> has(Edge::kCount);
  StateIndex<State> states;
  for (const State& state : machine.Initial()) states.Number(state);
  Steps<State> steps;
  for (std::uint32_t i = 0; i < states.size(); ++i) {
    const State state = states[i];
    steps.clear();
    machine.Expand(state, steps);
    for (const Step<State>& step : steps) {
      AddEdges(state, step, has);
      states.Number(step.next);
    }
  }
  std::vector<std::size_t> edges;
  for (std::size_t i = 0; i < has.size(); ++i) {
    if (has[i]) edges.push_back(i);
  }
  return edges;
}

}  // namespace fencepost::models
