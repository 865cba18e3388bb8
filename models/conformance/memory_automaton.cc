#include "models/conformance/memory_automaton.h"

#include <algorithm>
#include <utility>

#include "models/lifecycle/row_rules.h"
#include "models/lifecycle/rules.h"

namespace fencepost::models {
namespace {

constexpr int kProcess = 0;
constexpr int kOthers = 1;
constexpr int kWorker = 0;
constexpr unsigned kPresent = 2;  // the row's epoch, in every set

unsigned Renumbered(unsigned lease, unsigned present) {
  if (lease == 0) return 0;
  return lease == present ? kPresent : 1;
}

// What the set does not keep: who else there is, whether there is a session, and by how much a
// stale lease is stale. Epochs of real rows have no bound; here the present one is always 2.
State Normal(State state) {
  LiveSession::Set(state, false, kWorker);
  RegistrationOf::Set(state, Registration::kLive, kOthers);
  SetJanitor(state, Janitor::kNone, 0);
  const unsigned present = OwnerEpoch::Get(state, kWorker);
  if (present == 0 || present == kPresent) return state;
  OwnerEpoch::Set(state, kPresent, kWorker);
  Cell::Set(state, kProcess, kWorker, Renumbered(Cell::Get(state, kProcess, kWorker), present));
  MainLease::Set(state, Renumbered(MainLease::Get(state, kProcess), present), kProcess);
  AsideLease::Set(state, Renumbered(AsideLease::Get(state, kProcess), present), kProcess);
  return state;
}

bool LooksTheSame(const State& a, const State& b) {
  return RowState::Get(a, kWorker) == RowState::Get(b, kWorker) &&
         Owner::Get(a, kWorker) == Owner::Get(b, kWorker) &&
         OwnerEpoch::Get(a, kWorker) == OwnerEpoch::Get(b, kWorker) &&
         PodOf::Get(a, kWorker) == PodOf::Get(b, kWorker) &&
         SecretExists::Get(a, kWorker) == SecretExists::Get(b, kWorker);
}

// Steps of the process itself, of which nobody is told.
bool IsSilent(const State& before, const Step<State>& step) {
  const Rule rule = static_cast<Rule>(step.rule);
  switch (rule) {
    case Rule::kCrash:
    case Rule::kHeartbeatMissed:
    case Rule::kRevived:
    case Rule::kDeregister:
      return false;
    default:
      return !OperationOf(rule).has_value() && LooksTheSame(before, step.next);
  }
}

bool IsItsOwn(const Step<State>& step) { return ControlPlaneOf(step.detail) == kProcess; }

void Sort(std::vector<State>& set) {
  std::sort(set.begin(), set.end());
  set.erase(std::unique(set.begin(), set.end()), set.end());
}

// Is the step the one that was seen?
bool Shows(const State& before, const Step<State>& step, const Seen& seen) {
  using What = Seen::What;
  const Rule rule = static_cast<Rule>(step.rule);
  const Ending ending = EndingOf(step.detail);
  const auto is_operation = [&] { return OperationOf(rule) == InTheRules(seen.operation); };
  switch (seen.what) {
    case What::kOwnLanding:
      return is_operation() && HasLanded(ending);
    case What::kOwnMiss: {
      // Of a worker that has ended the model does not say as what it was to be published.
      const bool publish =
          rule == Rule::kPublishIdle && seen.operation == Operation::kPublishReserved;
      return (is_operation() || publish) && !HasLanded(ending);
    }
    case What::kPodCreatedByIt:
    case What::kPodCreated:
      return rule == Rule::kSpawnPod && PodOf::Get(before, kWorker) != Pod::kExists;
    case What::kPodDeletedByIt:
    case What::kPodDeleted:
      return PodOf::Get(before, kWorker) == Pod::kExists &&
             PodOf::Get(step.next, kWorker) == Pod::kDeleted;
    case What::kSecretCreatedByIt:
    case What::kSecretCreated:
      return !SecretExists::Get(before, kWorker) && SecretExists::Get(step.next, kWorker);
    case What::kSecretDeletedByIt:
    case What::kSecretDeleted:
      return SecretExists::Get(before, kWorker) && !SecretExists::Get(step.next, kWorker);
    case What::kSessionOpened:
      return rule == Rule::kOpenSession && ending == Ending::kDone;
    case What::kExpired:
      return rule == Rule::kHeartbeatMissed;
    case What::kRevived:
      return rule == Rule::kRevived;
    case What::kDeregistered:
      return rule == Rule::kDeregister;
    case What::kOthersLanding:
    case What::kPodDied:
    case What::kDraining:
    case What::kExpiredForGood:
      return false;
  }
  return false;
}

// What the process sees change without a step of its own, if that is possible.
bool BefallsIt(State& state, const Seen& seen) {
  using What = Seen::What;
  switch (seen.what) {
    case What::kOthersLanding:
      ApplyToRow(state,
                 {.operation = seen.operation,
                  .worker = kWorker,
                  .cp = kOthers,
                  .epoch = OwnerEpoch::Get(state, kWorker)},
                 Mistake::kNone);
      return true;
    case What::kOwnMiss:
      // A worker that a session protects is kept. From the cell that is no step of the model.
      return seen.live_session && Cell::Get(state, kProcess, kWorker) != 0;
    case What::kPodCreated:
      PodOf::Set(state, Pod::kExists, kWorker);
      return true;
    case What::kPodDeleted:
      PodOf::Set(state, Pod::kDeleted, kWorker);
      return true;
    case What::kPodDied:
      PodOf::Set(state, Pod::kNone, kWorker);
      return true;
    case What::kSecretCreated:
      SecretExists::Set(state, true, kWorker);
      return true;
    case What::kSecretDeleted:
      SecretExists::Set(state, false, kWorker);
      return true;
    case What::kDraining:
      return ProcessOf::Get(state, kProcess) != Process::kRunning;
    case What::kRevived:
      // The store's clock has gone back: it is not beyond the grace any more.
      if (RegistrationOf::Get(state, kProcess) != Registration::kGone) return false;
      RegistrationOf::Set(state, Registration::kLive, kProcess);
      return true;
    case What::kExpiredForGood:
      RegistrationOf::Set(state, Registration::kGone, kProcess);
      return true;
    default:
      return false;
  }
}

std::uint32_t KeyOf(const Seen& seen) {
  return (static_cast<std::uint32_t>(seen.what) << 16) |
         (static_cast<std::uint32_t>(seen.operation) << 8) |
         (static_cast<std::uint32_t>(seen.owner_gone) << 1) |
         static_cast<std::uint32_t>(seen.live_session);
}

}  // namespace

MemoryAutomaton::MemoryAutomaton() : machine_(Options{.control_planes = 2, .workers = 1}) {
  static_cast<void>(PlaceOf({}));
}

MemoryAutomaton::Place MemoryAutomaton::PlaceOf(Set set) {
  const auto [found, is_new] =
      numbers_.try_emplace(std::move(set), static_cast<Place>(sets_.size()));
  if (is_new) {
    sets_.push_back(&found->first);
    after_.emplace_back();
  }
  return found->second;
}

MemoryAutomaton::Place MemoryAutomaton::Start(const State& seen) { return PlaceOf({Normal(seen)}); }

MemoryAutomaton::Place MemoryAutomaton::After(Place place, const Seen& seen) {
  const std::pair<std::uint32_t, Place> key(KeyOf(seen), kNone);
  const auto found = std::lower_bound(after_[place].begin(), after_[place].end(), key);
  if (found != after_[place].end() && found->first == key.first) return found->second;
  const auto at = found - after_[place].begin();
  const Place next = PlaceOf(SetAfter(Closed(*sets_[place]), seen));
  after_[place].insert(after_[place].begin() + at, {key.first, next});
  return next;
}

MemoryAutomaton::Set MemoryAutomaton::Closed(const Set& set) const {
  Set closed = set;
  Set to_expand = set;
  Steps<State> steps;
  while (!to_expand.empty()) {
    Set reached;
    for (const State& state : to_expand) {
      steps.clear();
      machine_.Expand(state, steps);
      for (const Step<State>& step : steps) {
        if (IsItsOwn(step) && IsSilent(state, step)) reached.push_back(Normal(step.next));
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

MemoryAutomaton::Set MemoryAutomaton::SetAfter(const Set& closed, const Seen& seen) const {
  Set after;
  Steps<State> steps;
  for (State state : closed) {
    if (State changed = state; BefallsIt(changed, seen)) after.push_back(Normal(changed));
    LiveSession::Set(state, seen.live_session, kWorker);
    if (seen.owner_gone && Owner::Get(state, kWorker) == kOthers) {
      RegistrationOf::Set(state, Registration::kGone, kOthers);
    }
    steps.clear();
    machine_.Expand(state, steps);
    for (const Step<State>& step : steps) {
      if (IsItsOwn(step) && Shows(state, step, seen)) after.push_back(Normal(step.next));
    }
  }
  Sort(after);
  return after;
}

}  // namespace fencepost::models
