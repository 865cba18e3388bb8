// The options of an exhaustive search, and its result.
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
// What the observer of the progress asks the search to do next.
enum class SearchRequest : std::uint8_t { kContinue, kCheckpoint, kStop };

struct SearchOptions {
  SearchOrder order = SearchOrder::kBreadthFirst;
  int threads = 1;          // breadth first only
  bool symmetry = false;    // stores one representative of the states that differ by names alone
  bool compaction = false;  // stores fingerprints instead of states
  bool deadlocks = true;    // reports a state without successors, unless Model::MayEnd
  // A bound on the visited set and the frontier. The search ends with kMemoryReached when it needs
  // more. It checks between blocks of work, and may exceed the bound by some megabytes.
  std::size_t memory_limit = std::size_t{8} << 30;
  // Called regularly, by one thread at a time.
  std::function<SearchRequest(const SearchProgress&)> progress;
  // The file to which checkpoints are written, and from which the search resumes if `resume`.
  // Breadth first only.
  std::string checkpoint;
  bool resume = false;
};

enum class SearchEnd : std::uint8_t {
  kComplete,       // every reachable state was visited
  kBroken,         // a property does not hold
  kDeadlock,       // a state without successors that is no expected end
  kMemoryReached,  // not complete: the memory limit was reached
  kStopped,        // not complete: the observer of the progress stopped it
  kBadCheckpoint,  // the checkpoint could not be read or written
};

// A state, or a step from a state, that breaks a property; or a deadlock.
template <class State>
struct SearchFinding {
  State state;
  bool is_step = false;
  Step<State> step;  // from `state`, if is_step
  std::uint8_t property = kNothingBroken;

  friend bool operator<(const SearchFinding& a, const SearchFinding& b) {
    if (a.state != b.state) return a.state < b.state;
    return a.is_step && (!b.is_step || a.step.next < b.step.next);
  }
};

template <class State>
struct SearchResult {
  SearchEnd end = SearchEnd::kComplete;
  std::uint64_t states = 0;
  std::uint64_t steps = 0;  // transitions, including those to known states
  std::uint64_t depth = 0;  // breadth first: the greatest distance from an initial state
  std::size_t peak_bytes = 0;
  double omission_probability = 0;
  SearchFinding<State> finding;  // for kBroken and kDeadlock
  std::vector<State> path;       // depth first: from an initial state to the finding's
  std::string problem;           // for kBadCheckpoint

  bool found() const { return end == SearchEnd::kBroken || end == SearchEnd::kDeadlock; }
  double bytes_per_state() const {
    return states == 0 ? 0 : static_cast<double>(peak_bytes) / static_cast<double>(states);
  }
};

}  // namespace fencepost::models
