// Checks liveness under fairness. An infinite run ends up in one strongly connected component of
// the reachable graph. So a liveness property holds if no component has a fair trap for it: a
// subset in which a fair run can stay for ever while the property stays pending.
//
// Fairness refers to actors by name, so symmetry reduction does not apply. The graph is not stored:
// successors are computed again and looked up in the visited set.
#pragma once

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "core/rules/check.h"
#include "models/checker/breadth_first.h"
#include "models/checker/component.h"
#include "models/checker/model.h"
#include "models/checker/search.h"
#include "models/checker/trace.h"

namespace fencepost::models {

template <class State>
struct LivenessFinding {
  std::size_t property = 0;
  State entry;                     // a state of the trap
  std::vector<Step<State>> cycle;  // from `entry` back to it; empty if no step leaves it
  std::size_t trap_states = 0;
};

template <class State>
struct LivenessResult {
  SearchResult<State> search;  // if it is not complete, the other fields say nothing
  std::uint64_t components = 0;
  std::uint64_t largest_component = 0;
  std::uint64_t cyclic_components = 0;           // of more than one state
  std::vector<LivenessFinding<State>> findings;  // at most one for each property
  std::size_t peak_bytes = 0;

  bool holds() const { return search.end == SearchEnd::kComplete && findings.empty(); }
};

template <Model M>
class LivenessCheck {
 public:
  using State = typename M::State;
  using Set = VisitedSet<State, ExactSlots>;

  LivenessCheck(const M& model, const SearchOptions& options)
      : model_(model),
        options_(options),
        search_(model, options),
        properties_(model.LivenessProperties().size()) {
    Check(!options.symmetry && !options.compaction, "liveness needs every state, by its own name");
    for (std::uint8_t action = 0; action < kMostFairActions; ++action) {
      const bool strong = model.FairnessOf(action) == Fairness::kStrong;
      (strong ? actions_.strong : actions_.weak) |= std::uint64_t{1} << action;
    }
  }

  LivenessResult<State> Run() {
    result_.search = search_.Run();
    if (result_.search.end != SearchEnd::kComplete) return result_;
    Check(search_.set().slot_numbers() < kDone, "slots are numbered by 32 bits");
    numbers_.assign(search_.set().slot_numbers(), 0);
    for (const State& initial : model_.Initial()) {
      const std::uint32_t slot = SlotOf(initial);
      if (numbers_[slot] == 0 && !VisitAll(slot)) break;
    }
    result_.peak_bytes = std::max(result_.search.peak_bytes, Bytes());
    return result_;
  }

 private:
  static constexpr std::uint32_t kDone = 0xffffff00;
  static constexpr std::uint64_t kReportEvery = std::uint64_t{1} << 18;

  // A state on the depth-first path. Its unvisited successors are in `successors_`, from `first` to
  // the `first` of the next frame.
  struct Frame {
    std::uint32_t slot;
    std::size_t first;
    bool is_root;
  };

  std::uint32_t SlotOf(const State& state) {
    return static_cast<std::uint32_t>(search_.set().SlotOf(state));
  }

  // Pearce's algorithm for strongly connected components, with one number for each state: 0 if it
  // is not visited; below `next_` if its component is open: the least visit number that it is known
  // to reach; kDone if its component is complete.
  bool VisitAll(std::uint32_t start) {
    Enter(start);
    while (!frames_.empty()) {
      Frame& frame = frames_.back();
      if (successors_.size() == frame.first) {
        Leave();
        if (++left_ % kReportEvery == 0 && !Report()) return false;
        continue;
      }
      const std::uint32_t to = successors_.back();
      if (numbers_[to] == 0) {
        Enter(to);
        continue;
      }
      successors_.pop_back();
      Reaches(frame, numbers_[to]);
    }
    return true;
  }

  void Enter(std::uint32_t slot) {
    numbers_[slot] = next_++;
    frames_.push_back({slot, successors_.size(), true});
    const State state = search_.set().StateAt(slot);
    const std::uint64_t owed = ExpandInto(state);
    const std::size_t first = successors_.size();
    for (const Step<State>& step : steps_) {
      if (step.next == state) continue;
      successors_.push_back(SlotOf(step.next));
      __builtin_prefetch(&numbers_[successors_.back()]);
    }
    SkipVisited(first);
    // No fair action leaves the state: a run may stay here, and what is pending stays pending.
    if (owed == 0) CheckStuckState(state);
  }

  // Removes the visited successors of the last frame. Their numbers were all prefetched, so that
  // the cache misses overlap.
  void SkipVisited(std::size_t first) {
    Frame& frame = frames_.back();
    std::size_t left = first;
    for (std::size_t i = first; i < successors_.size(); ++i) {
      const std::uint32_t to = successors_[i];
      const std::uint32_t number = numbers_[to];
      successors_[left] = to;
      left += number == 0 ? 1 : 0;
      if (number != 0) Reaches(frame, number);
    }
    successors_.resize(left);
  }
  void Reaches(Frame& frame, std::uint32_t number) {
    if (number >= numbers_[frame.slot]) return;
    numbers_[frame.slot] = number;
    frame.is_root = false;
  }

  // Expands the state into `steps_`, prefetching the successors' lines. Returns the enabled fair
  // actions that lead to another state.
  std::uint64_t ExpandInto(const State& state) {
    steps_.clear();
    model_.Expand(state, steps_);
    std::uint64_t owed = 0;
    std::uint64_t taken = 0;
    for (const Step<State>& step : steps_) {
      search_.set().Prefetch(search_.set().LineOf(HashOf(step.next)));
      if (step.fair == kUnfair) continue;
      owed |= std::uint64_t{1} << step.fair;
      if (step.next == state) taken |= std::uint64_t{1} << step.fair;
    }
    return owed & ~taken;
  }

  void CheckStuckState(const State& state) {
    const std::uint64_t pending = PendingIn(state);
    for (std::size_t property = 0; property < properties_; ++property) {
      if (((pending >> property) & 1) == 0 || IsKnown(property)) continue;
      result_.findings.push_back(
          {.property = property, .entry = state, .cycle = {}, .trap_states = 1});
    }
  }

  void Leave() {
    const Frame frame = frames_.back();
    frames_.pop_back();
    if (!frame.is_root) {
      open_.push_back(frame.slot);
      return;
    }
    --next_;
    members_.assign(1, frame.slot);
    while (!open_.empty() && numbers_[frame.slot] <= numbers_[open_.back()]) {
      members_.push_back(open_.back());
      open_.pop_back();
      --next_;
    }
    for (const std::uint32_t member : members_) numbers_[member] = kDone;
    ++result_.components;
    result_.largest_component = std::max<std::uint64_t>(result_.largest_component, members_.size());
    if (members_.size() > 1) CheckComponent();
  }

  std::uint64_t PendingIn(const State& state) const {
    std::uint64_t pending = 0;
    for (std::size_t property = 0; property < properties_; ++property) {
      if (model_.Pending(state, property)) pending |= std::uint64_t{1} << property;
    }
    return pending;
  }
  bool IsKnown(std::size_t property) const {
    return std::any_of(result_.findings.begin(), result_.findings.end(),
                       [&](const auto& finding) { return finding.property == property; });
  }

  // Looks for a fair trap in the component, which has several states.
  void CheckComponent() {
    ++result_.cyclic_components;
    std::sort(members_.begin(), members_.end());
    Component component;
    std::uint64_t pending = 0;
    // For now the number of a member is its index in `members_`.
    for (std::uint32_t i = 0; i < members_.size(); ++i) numbers_[members_[i]] = i;
    for (std::uint32_t i = 0; i < members_.size(); ++i) {
      const State state = search_.set().StateAt(members_[i]);
      component.pending.push_back(PendingIn(state));
      pending |= component.pending.back();
      ExpandInto(state);
      std::uint64_t enabled = 0;
      for (const Step<State>& step : steps_) {
        if (step.fair != kUnfair) enabled |= std::uint64_t{1} << step.fair;
        const std::uint32_t slot = SlotOf(step.next);
        const std::uint32_t place = numbers_[slot];
        if (place >= members_.size() || members_[place] != slot) continue;
        component.edges.push_back({i, place, step.fair});
      }
      component.enabled.push_back(enabled);
    }
    for (const std::uint32_t member : members_) numbers_[member] = kDone;
    for (std::size_t property = 0; property < properties_; ++property) {
      const std::uint64_t bit = std::uint64_t{1} << property;
      if ((pending & bit) == 0 || IsKnown(property)) continue;
      const auto trap = FairTrap(component, bit, actions_);
      if (trap.has_value()) AddFinding(property, component, *trap);
    }
  }

  void AddFinding(std::size_t property, const Component& component,
                  const std::vector<std::uint32_t>& trap) {
    const auto state_of = [&](std::uint32_t vertex) {
      return search_.set().StateAt(members_[vertex]);
    };
    LivenessFinding<State> finding{.property = property,
                                   .entry = state_of(trap.front()),
                                   .cycle = {},
                                   .trap_states = trap.size()};
    for (const ComponentEdge& edge : FairCycle(component, trap, actions_)) {
      steps_.clear();
      model_.Expand(state_of(edge.from), steps_);
      const auto step = std::find_if(steps_.begin(), steps_.end(), [&](const Step<State>& each) {
        return each.next == state_of(edge.to) && each.fair == edge.fair;
      });
      Check(step != steps_.end(), "each edge is a step");
      finding.cycle.push_back(*step);
    }
    result_.findings.push_back(std::move(finding));
  }

  std::size_t Bytes() {
    return search_.set().bytes() + numbers_.size() * sizeof numbers_[0] +
           frames_.capacity() * sizeof(Frame) +
           (successors_.capacity() + open_.capacity()) * sizeof(std::uint32_t);
  }

  bool Report() {
    if (!options_.progress) return true;
    const SearchRequest request = options_.progress({.states = left_,
                                                     .steps = result_.search.steps,
                                                     .depth = frames_.size(),
                                                     .waiting = result_.search.states - left_,
                                                     .bytes = Bytes()});
    if (request != SearchRequest::kStop) return true;
    result_.search.end = SearchEnd::kStopped;
    return false;
  }

  const M& model_;
  const SearchOptions& options_;
  BreadthFirst<M, ExactSlots> search_;
  const std::size_t properties_;
  FairActions actions_;
  std::vector<std::uint32_t> numbers_;  // by slot
  std::uint32_t next_ = 1;
  std::uint64_t left_ = 0;
  std::vector<Frame> frames_;
  std::vector<std::uint32_t> successors_;
  std::vector<std::uint32_t> open_;  // visited states whose components are not complete
  std::vector<std::uint32_t> members_;
  Steps<State> steps_;
  LivenessResult<State> result_;
};

}  // namespace fencepost::models
