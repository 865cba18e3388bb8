// Depth-first search by one thread. It visits the same states as breadth-first search. A finding
// comes with the path that led to it, which is not the shortest one.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "models/checker/model.h"
#include "models/checker/search.h"
#include "models/checker/visited_set.h"

namespace fencepost::models {

template <Model M, template <class> class SlotsOf>
class DepthFirst {
 public:
  using State = typename M::State;
  using Set = VisitedSet<State, SlotsOf>;

  DepthFirst(const M& model, const SearchOptions& options)
      : model_(model), options_(options), set_(kFirstSlots) {}

  SearchResult<State> Run() {
    for (const State& initial : model_.Initial()) {
      if (!Enter(Named(initial))) break;
      bool going_on = true;
      while (going_on && !frames_.empty()) going_on = Advance();
      if (!going_on) break;
    }
    result_.peak_bytes = std::max(result_.peak_bytes, Bytes());
    if (!Set::Slots::kExact) result_.omission_probability = OmissionProbability(result_.states);
    return result_;
  }

 private:
  static constexpr std::size_t kFirstSlots = std::size_t{1} << 16;
  static constexpr std::uint64_t kReportEvery = std::uint64_t{1} << 18;

  // A state on the path. Its unvisited successors are in `waiting_`, from `first` to the `first` of
  // the next frame.
  struct Frame {
    State state;
    std::size_t first;
  };

  State Named(const State& state) const {
    return options_.symmetry ? model_.Canonical(state) : state;
  }

  // Visits the last unvisited successor of the last frame. False when the search is over.
  bool Advance() {
    if (waiting_.size() == frames_.back().first) {
      frames_.pop_back();
      return true;
    }
    const State next = waiting_.back();
    waiting_.pop_back();
    return Enter(next);
  }

  bool Enter(const State& state) {
    if (!MakeRoom()) return false;
    if (!set_.template Insert<false>(state, HashOf(state))) return true;
    ++result_.states;
    if (result_.states % kReportEvery == 0 && !Report()) return false;
    frames_.push_back({state, waiting_.size()});
    result_.depth = std::max<std::uint64_t>(result_.depth, frames_.size() - 1);
    if (const std::uint8_t broken = model_.Broken(state); broken != kNothingBroken) {
      return Found({.state = state, .is_step = false, .step = {}, .property = broken});
    }
    steps_.clear();
    model_.Expand(state, steps_);
    result_.steps += steps_.size();
    if (steps_.empty() && options_.deadlocks && !model_.MayEnd(state)) {
      return Found({.state = state, .is_step = false, .step = {}, .property = kNothingBroken});
    }
    for (const Step<State>& step : steps_) {
      if (step.broken != kNothingBroken) {
        return Found({.state = state, .is_step = true, .step = step, .property = step.broken});
      }
      waiting_.push_back(Named(step.next));
    }
    return true;
  }

  bool Found(const SearchFinding<State>& finding) {
    const bool deadlock = !finding.is_step && finding.property == kNothingBroken;
    result_.end = deadlock ? SearchEnd::kDeadlock : SearchEnd::kBroken;
    result_.finding = finding;
    for (const Frame& frame : frames_) result_.path.push_back(frame.state);
    return false;
  }

  bool MakeRoom() {
    if (result_.states + 1 < set_.room()) return true;
    result_.peak_bytes = std::max(result_.peak_bytes, Bytes());
    const std::size_t slots =
        set_.LargerWithin(options_.memory_limit - std::min(options_.memory_limit, StackBytes()));
    if (slots == set_.capacity()) {
      result_.end = SearchEnd::kMemoryReached;
      return false;
    }
    set_.Grow(slots);
    return true;
  }

  std::size_t StackBytes() const {
    return frames_.capacity() * sizeof(Frame) + waiting_.capacity() * sizeof(State);
  }
  std::size_t Bytes() const { return set_.bytes() + StackBytes(); }

  bool Report() {
    if (!options_.progress) return true;
    const SearchRequest request = options_.progress({.states = result_.states,
                                                     .steps = result_.steps,
                                                     .depth = frames_.size(),
                                                     .waiting = waiting_.size(),
                                                     .bytes = Bytes()});
    if (request != SearchRequest::kStop) return true;
    result_.end = SearchEnd::kStopped;
    return false;
  }

  const M& model_;
  const SearchOptions& options_;
  Set set_;
  std::vector<Frame> frames_;
  std::vector<State> waiting_;
  Steps<State> steps_;
  SearchResult<State> result_;
};

}  // namespace fencepost::models
