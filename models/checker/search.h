// What an exhaustive search is asked for, and what it found.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "models/checker/model.h"

namespace fencepost::models {

enum class SearchOrder : std::uint8_t { kBreadthFirst, kDepthFirst };

struct SearchProgress {
  std::uint64_t states = 0;
  std::uint64_t steps = 0;
  std::uint64_t depth = 0;
  std::uint64_t waiting = 0;  // states found and not yet expanded
  std::size_t bytes = 0;
};
// What the observer of the progress wants to happen next.
enum class Wish : std::uint8_t { kGoOn, kCheckpoint, kStop };

struct SearchOptions {
  SearchOrder order = SearchOrder::kBreadthFirst;
  int threads = 1;          // breadth first only
  bool symmetry = false;    // one state for all that differ by names alone
  bool compaction = false;  // fingerprints instead of states
  bool deadlocks = true;    // a state where nothing can happen, and that may not end, is a finding
  // For the visited set and what waits. The search ends clearly when it needs more; it looks
  // between blocks of work, and may be some megabytes beyond by then.
  std::size_t memory_limit = std::size_t{8} << 30;
  // Called now and then, never from two threads at once.
  std::function<Wish(const SearchProgress&)> progress;
  // Where checkpoints go, and from where the search goes on if `resume`. Breadth first only.
  std::string checkpoint;
  bool resume = false;
};

enum class SearchEnd : std::uint8_t {
  kComplete,       // every reachable state was seen
  kBroken,         // a property does not hold
  kDeadlock,       // nothing can happen, and something should
  kMemoryReached,  // not complete: the memory limit was reached
  kStopped,        // not complete: the observer of the progress stopped it
  kBadCheckpoint,  // the checkpoint could not be read or written
};

// Where the search found what it found: a step from a state, or a state itself.
template <class State>
struct Finding {
  State state;
  bool is_step = false;
  Step<State> step;  // from `state`, if is_step
  std::uint8_t property = kNothingBroken;

  friend bool operator<(const Finding& a, const Finding& b) {
    if (a.state != b.state) return a.state < b.state;
    return a.is_step && (!b.is_step || a.step.next < b.step.next);
  }
};

template <class State>
struct SearchResult {
  SearchEnd end = SearchEnd::kComplete;
  std::uint64_t states = 0;
  std::uint64_t steps = 0;  // from every state to every next one, known or not
  std::uint64_t depth = 0;  // breadth first: of the state farthest from the start
  std::size_t peak_bytes = 0;
  double omission_probability = 0;
  Finding<State> finding;   // for kBroken and kDeadlock
  std::vector<State> path;  // depth first: from an initial state to the finding's
  std::string problem;      // for kBadCheckpoint

  bool found() const { return end == SearchEnd::kBroken || end == SearchEnd::kDeadlock; }
  double bytes_per_state() const {
    return states == 0 ? 0 : static_cast<double>(peak_bytes) / static_cast<double>(states);
  }
};

}  // namespace fencepost::models
