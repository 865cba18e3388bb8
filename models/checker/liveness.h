// Does everything pending come to an end? Every reachable state is seen, then every strongly
// connected component of the graph: a run that is never done ends up in one of them, and the
// property holds if none of them lets a fair run stay where it is pending.
//
// Names matter to fairness, so there is no symmetry reduction here. The graph is never kept:
// successors are made again, and found again in the visited set.
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
  std::vector<Step<State>> cycle;  // from it and back; empty: nothing happens any more
  std::size_t trap_states = 0;
};

template <class State>
struct LivenessResult {
  SearchResult<State> search;  // not complete: nothing else is known
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

  // A state being visited. Its successors that were not looked at yet lie in `successors_`, from
  // `first` to the next frame's.
  struct Frame {
    std::uint32_t slot;
    std::size_t first;
    bool is_root;
  };

  std::uint32_t SlotOf(const State& state) {
    return static_cast<std::uint32_t>(search_.set().SlotOf(state));
  }

  // Pearce's algorithm: one number for each state. Zero: not visited. Up to `next_`: on the way, by
  // the earliest state that it is known to reach. From the top down: the component it belongs to.
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
    LookAtVisited(first);
    // Nothing has to happen here any more: if something is pending, it will be for ever.
    if (owed == 0) Blame(state);
  }

  // Successors of the last frame that were visited already: there is no way to go, and while all
  // their numbers are on the way to the cache none waits for another.
  void LookAtVisited(std::size_t first) {
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

  // The fair actions that are possible and lead elsewhere. Their lines are on the way to the cache.
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

  void Blame(const State& state) {
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
    if (members_.size() > 1) LookAt();
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

  // A component of several states: can a fair run stay in it?
  void LookAt() {
    ++result_.cyclic_components;
    std::sort(members_.begin(), members_.end());
    Component component;
    std::uint64_t pending = 0;
    // While they are looked at, the members' numbers are their places.
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
      if (trap.has_value()) Tell(property, component, *trap);
    }
  }

  void Tell(std::size_t property, const Component& component,
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
    const Wish wish = options_.progress({.states = left_,
                                         .steps = result_.search.steps,
                                         .depth = frames_.size(),
                                         .waiting = result_.search.states - left_,
                                         .bytes = Bytes()});
    if (wish != Wish::kStop) return true;
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
  std::vector<std::uint32_t> open_;  // visited, of components that are not known yet
  std::vector<std::uint32_t> members_;
  Steps<State> steps_;
  LivenessResult<State> result_;
};

}  // namespace fencepost::models
