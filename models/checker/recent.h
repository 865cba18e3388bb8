// The states that one thread met last.
//
// Independent steps lead to the same state in any order, and the states between are neighbours in
// their level: four of ten successors were met a moment ago. They are told here, in the cache of
// the core, and cost no line of the visited set from memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace fencepost::models {

template <class State>
class Recent {
 public:
  // False if the state was met a moment ago. True says nothing: it may be long ago, or never.
  bool Meet(const State& state, std::uint64_t hash) {
    State& place = places_[hash % kPlaces];
    const bool was_there = place == state;
    place = state;
    return !was_there;
  }

 private:
  static constexpr std::size_t kPlaces = 4096;
  static constexpr State Nobody() {
    State nobody;
    nobody.words.back() = State::kReserved;
    return nobody;
  }

  std::vector<State> places_ = std::vector<State>(kPlaces, Nobody());
};

}  // namespace fencepost::models
