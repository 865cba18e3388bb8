// The checker over the protocol, compiled once: what the command and the benchmarks call.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "models/checker/search.h"
#include "models/checker/trace.h"
#include "models/lifecycle/machine.h"

namespace fencepost::models {

struct Unending {
  std::size_t property = 0;        // of Machine::LivenessProperties
  Trace<State> way;                // to a state of the trap
  std::vector<Step<State>> cycle;  // from there and back, for ever; empty: nothing happens any more
  std::size_t trap_states = 0;
};

struct MachineReport {
  SearchResult<State> search;
  std::optional<Trace<State>> trace;  // to what the search found
  bool liveness_checked = false;      // only after a complete search
  std::vector<Unending> unending;
  std::uint64_t components = 0;
  std::uint64_t cyclic_components = 0;
  std::uint64_t largest_component = 0;

  bool clean() const { return search.end == SearchEnd::kComplete && unending.empty(); }
};

// REQUIRES: with liveness, options of the plain search: no symmetry, no compaction, breadth first.
MachineReport CheckMachine(const Machine& machine, const SearchOptions& options, bool liveness);

}  // namespace fencepost::models
