// Checks the protocol. The checker's templates are instantiated here, once for all callers.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "models/checker/search.h"
#include "models/checker/trace.h"
#include "models/lifecycle/machine.h"

namespace fencepost::models {

struct LivenessViolation {
  std::size_t property = 0;        // an index into Machine::LivenessProperties
  Trace<State> path;               // to a state of the trap
  std::vector<Step<State>> cycle;  // from there back to it; empty if no step leaves the state
  std::size_t trap_states = 0;
};

struct MachineReport {
  SearchResult<State> search;
  std::optional<Trace<State>> trace;  // to what the search found
  bool liveness_checked = false;      // only after a complete search
  std::vector<LivenessViolation> liveness_violations;
  std::uint64_t components = 0;
  std::uint64_t cyclic_components = 0;
  std::uint64_t largest_component = 0;

  bool clean() const { return search.end == SearchEnd::kComplete && liveness_violations.empty(); }
};

// REQUIRES: with liveness, options of the plain search: no symmetry, no compaction, breadth first.
MachineReport CheckMachine(const Machine& machine, const SearchOptions& options, bool liveness);

}  // namespace fencepost::models
