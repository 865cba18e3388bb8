// A strongly connected part of a model's graph, small enough to be looked at as a whole, and the
// question whether a fair run can stay in it.
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
  std::vector<std::uint64_t> enabled;  // by vertex: the fair actions that can be taken there
  std::vector<std::uint64_t> pending;  // by vertex: the liveness properties that are pending there
  std::vector<ComponentEdge> edges;    // those that stay inside, sorted by `from`

  std::uint32_t size() const { return static_cast<std::uint32_t>(enabled.size()); }
};

// Which of the actions are weak and which are strong, as bits.
struct FairActions {
  std::uint64_t weak = 0;
  std::uint64_t strong = 0;
};

// A part of the component in which the property stays pending in a fair run for ever: all of its
// vertices are visited again and again. nullopt if there is none.
std::optional<std::vector<std::uint32_t>> FairTrap(const Component& component,
                                                   std::uint64_t property, FairActions actions);

// A closed walk through the trap that takes each fair action that it can, as edges. Empty for a
// trap of one vertex without a loop.
std::vector<ComponentEdge> FairCycle(const Component& component,
                                     const std::vector<std::uint32_t>& trap, FairActions actions);

}  // namespace fencepost::models
