// A small direct-mapped cache of the states that one thread has generated last.
//
// Independent steps reach the same state in either order, and the two predecessors are close to
// each other in their level. So a successor is often one that was generated shortly before. This
// cache filters such successors out and saves the cache miss on the visited set.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace fencepost::models {

template <class State>
class RecentStates {
 public:
  // Adds the state. False if it was in the cache. A state that has been evicted counts as new.
  bool Insert(const State& state, std::uint64_t hash) {
    State& place = places_[hash % kPlaces];
    const bool was_there = place == state;
    place = state;
    return !was_there;
  }

 private:
  static constexpr std::size_t kPlaces = 4096;
  // Equal to no state of a model.
  static constexpr State EmptyPlace() {
    State state;
    state.words.back() = State::kReserved;
    return state;
  }

  std::vector<State> places_ = std::vector<State>(kPlaces, EmptyPlace());
};

}  // namespace fencepost::models
