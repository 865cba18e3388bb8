#include "models/conformance/memory_automaton.h"

#include <algorithm>
#include <utility>

#include "models/lifecycle/row_rules.h"
#include "models/lifecycle/rules.h"

namespace fencepost::models {
namespace {

constexpr int kWorker = 0;

unsigned Renumbered(unsigned lease, unsigned present) {
  if (lease == 0) return 0;
  return lease == present ? kPresentEpoch : 1;
}

// Removes what the sets do not distinguish: the other processes, the session, and the age of a
// stale lease. The epoch of a real row is unbounded; here the current epoch is always 2.
State Normal(State state) {
  LiveSession::Set(state, false, kWorker);
  RegistrationOf::Set(state, Registration::kLive, kOthers);
  SetJanitor(state, Janitor::kNone, 0);
  const unsigned present = OwnerEpoch::Get(state, kWorker);
  if (present == 0 || present == kPresentEpoch) return state;
  OwnerEpoch::Set(state, kPresentEpoch, kWorker);
  Cell::Set(state, kProcess, kWorker, Renumbered(Cell::Get(state, kProcess, kWorker), present));
  MainLease::Set(state, Renumbered(MainLease::Get(state, kProcess), present), kProcess);
  BackgroundLease::Set(state, Renumbered(BackgroundLease::Get(state, kProcess), present), kProcess);
  return state;
}

bool SameObservableState(const State& a, const State& b) {
  return RowState::Get(a, kWorker) == RowState::Get(b, kWorker) &&
         Owner::Get(a, kWorker) == Owner::Get(b, kWorker) &&
         OwnerEpoch::Get(a, kWorker) == OwnerEpoch::Get(b, kWorker) &&
         PodOf::Get(a, kWorker) == PodOf::Get(b, kWorker) &&
         SecretExists::Get(a, kWorker) == SecretExists::Get(b, kWorker);
}

// Whether the step of the process is unobservable.
bool IsSilent(const State& before, const Step<State>& step) {
  const Rule rule = static_cast<Rule>(step.rule);
  switch (rule) {
    case Rule::kCrash:
    case Rule::kHeartbeatMissed:
    case Rule::kRevived:
    case Rule::kDeregister:
      return false;
    default:
      return !OperationOf(rule).has_value() && SameObservableState(before, step.next);
  }
}

bool IsOwnStep(const Step<State>& step) { return ControlPlaneOf(step.detail) == kProcess; }

void Sort(std::vector<State>& set) {
  std::sort(set.begin(), set.end());
  set.erase(std::unique(set.begin(), set.end()), set.end());
}

// Whether the step explains the observation.
bool Matches(const State& before, const Step<State>& step, const Observation& seen) {
  using Kind = Observation::Kind;
  const Rule rule = static_cast<Rule>(step.rule);
  const StepResult result = ResultOf(step.detail);
  const auto is_operation = [&] { return OperationOf(rule) == ModelOperation(seen.operation); };
  switch (seen.kind) {
    case Kind::kOwnTransition:
      return is_operation() && HasLanded(result);
    case Kind::kOwnMiss: {
      // For a terminal worker the model does not distinguish the two operations that publish.
      const bool publish =
          rule == Rule::kPublishIdle && seen.operation == Operation::kPublishReserved;
      return (is_operation() || publish) && !HasLanded(result);
    }
    case Kind::kPodCreatedByProcess:
    case Kind::kPodCreated:
      return rule == Rule::kSpawnPod && PodOf::Get(before, kWorker) != Pod::kExists;
    case Kind::kPodDeletedByProcess:
    case Kind::kPodDeleted:
      return PodOf::Get(before, kWorker) == Pod::kExists &&
             PodOf::Get(step.next, kWorker) == Pod::kDeleted;
    case Kind::kSecretCreatedByProcess:
    case Kind::kSecretCreated:
      return !SecretExists::Get(before, kWorker) && SecretExists::Get(step.next, kWorker);
    case Kind::kSecretDeletedByProcess:
    case Kind::kSecretDeleted:
      return SecretExists::Get(before, kWorker) && !SecretExists::Get(step.next, kWorker);
    case Kind::kSessionOpened:
      return rule == Rule::kOpenSession && result == StepResult::kDone;
    case Kind::kExpired:
      return rule == Rule::kHeartbeatMissed;
    case Kind::kRevived:
      return rule == Rule::kRevived;
    case Kind::kDeregistered:
      return rule == Rule::kDeregister;
    case Kind::kTransitionByOther:
    case Kind::kPodDied:
    case Kind::kDraining:
    case Kind::kExpiredForGood:
      return false;
  }
  return false;
}

// Applies the observation as an event that is no step of the process. False if it cannot be one.
bool ApplyExternally(State& state, const Observation& seen) {
  using Kind = Observation::Kind;
  switch (seen.kind) {
    case Kind::kTransitionByOther:
      ApplyToRow(state,
                 {.operation = seen.operation,
                  .worker = kWorker,
                  .cp = kOthers,
                  .epoch = OwnerEpoch::Get(state, kWorker)},
                 PlantedBug::kNone);
      return true;
    case Kind::kOwnMiss:
      // A session protects the worker, so the lease stays in the cell, and the model has no step.
      return seen.live_session && Cell::Get(state, kProcess, kWorker) != 0;
    case Kind::kPodCreated:
      PodOf::Set(state, Pod::kExists, kWorker);
      return true;
    case Kind::kPodDeleted:
      PodOf::Set(state, Pod::kDeleted, kWorker);
      return true;
    case Kind::kPodDied:
      PodOf::Set(state, Pod::kNone, kWorker);
      return true;
    case Kind::kSecretCreated:
      SecretExists::Set(state, true, kWorker);
      return true;
    case Kind::kSecretDeleted:
      SecretExists::Set(state, false, kWorker);
      return true;
    case Kind::kDraining:
      return ProcessOf::Get(state, kProcess) != Process::kRunning;
    case Kind::kRevived:
      // The store's clock was set back, so the grace has not passed any more.
      if (RegistrationOf::Get(state, kProcess) != Registration::kGone) return false;
      RegistrationOf::Set(state, Registration::kLive, kProcess);
      return true;
    case Kind::kExpiredForGood:
      RegistrationOf::Set(state, Registration::kGone, kProcess);
      return true;
    default:
      return false;
  }
}

std::uint32_t KeyOf(const Observation& seen) {
  return (static_cast<std::uint32_t>(seen.kind) << 16) |
         (static_cast<std::uint32_t>(seen.operation) << 8) |
         (static_cast<std::uint32_t>(seen.owner_gone) << 1) |
         static_cast<std::uint32_t>(seen.live_session);
}

}  // namespace

MemoryAutomaton::MemoryAutomaton() : machine_(Options{.control_planes = 2, .workers = 1}) {
  static_cast<void>(NodeOf({}));
}

MemoryAutomaton::Node MemoryAutomaton::NodeOf(Set set) {
  const auto [found, is_new] =
      numbers_.try_emplace(std::move(set), static_cast<Node>(sets_.size()));
  if (is_new) {
    sets_.push_back(&found->first);
    after_.emplace_back();
  }
  return found->second;
}

MemoryAutomaton::Node MemoryAutomaton::Start(const State& seen) { return NodeOf({Normal(seen)}); }

MemoryAutomaton::Node MemoryAutomaton::After(Node node, const Observation& seen) {
  const std::pair<std::uint32_t, Node> key(KeyOf(seen), kNone);
  const auto found = std::lower_bound(after_[node].begin(), after_[node].end(), key);
  if (found != after_[node].end() && found->first == key.first) return found->second;
  const auto at = found - after_[node].begin();
  const Node next = NodeOf(Successors(SilentClosure(*sets_[node]), seen));
  after_[node].insert(after_[node].begin() + at, {key.first, next});
  return next;
}

MemoryAutomaton::Set MemoryAutomaton::SilentClosure(const Set& set) const {
  Set closed = set;
  Set to_expand = set;
  Steps<State> steps;
  while (!to_expand.empty()) {
    Set reached;
    for (const State& state : to_expand) {
      steps.clear();
      machine_.Expand(state, steps);
      for (const Step<State>& step : steps) {
        if (IsOwnStep(step) && IsSilent(state, step)) reached.push_back(Normal(step.next));
      }
    }
    Sort(reached);
    to_expand.clear();
    std::set_difference(reached.begin(), reached.end(), closed.begin(), closed.end(),
                        std::back_inserter(to_expand));
    Set joined;
    std::set_union(closed.begin(), closed.end(), to_expand.begin(), to_expand.end(),
                   std::back_inserter(joined));
    closed = std::move(joined);
  }
  return closed;
}

MemoryAutomaton::Set MemoryAutomaton::Successors(const Set& closed, const Observation& seen) const {
  Set after;
  Steps<State> steps;
  for (State state : closed) {
    if (State changed = state; ApplyExternally(changed, seen)) after.push_back(Normal(changed));
    LiveSession::Set(state, seen.live_session, kWorker);
    if (seen.owner_gone && Owner::Get(state, kWorker) == kOthers) {
      RegistrationOf::Set(state, Registration::kGone, kOthers);
    }
    steps.clear();
    machine_.Expand(state, steps);
    for (const Step<State>& step : steps) {
      if (IsOwnStep(step) && Matches(state, step, seen)) after.push_back(Normal(step.next));
    }
  }
  Sort(after);
  return after;
}

}  // namespace fencepost::models
