// A strongly connected component of a model's graph, and the question whether a fair run can stay
// in it for ever.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "models/checker/model.h"

namespace fencepost::models {

struct ComponentEdge {
  std::uint32_t from = 0;
  std::uint32_t to = 0;
  std::uint8_t fair = kUnfair;
};

struct Component {
  std::vector<std::uint64_t> enabled;  // by vertex: the fair actions that are enabled there
  std::vector<std::uint64_t> pending;  // by vertex: the liveness properties that are pending there
  std::vector<ComponentEdge> edges;    // within the component, sorted by `from`

  std::uint32_t size() const { return static_cast<std::uint32_t>(enabled.size()); }
};

// The weakly and the strongly fair actions, one bit for each.
struct FairActions {
  std::uint64_t weak = 0;
  std::uint64_t strong = 0;
};

// A strongly connected subset of the vertices in which a fair run can stay for ever while the
// property stays pending, visiting each vertex infinitely often. nullopt if there is none.
std::optional<std::vector<std::uint32_t>> FairTrap(const Component& component,
                                                   std::uint64_t property, FairActions actions);

// A closed walk through the trap that takes each of the trap's fair actions, as edges. Empty for a
// trap of one vertex without a loop.
std::vector<ComponentEdge> FairCycle(const Component& component,
                                     const std::vector<std::uint32_t>& trap, FairActions actions);

}  // namespace fencepost::models
