#include "models/checker/component.h"

#include <algorithm>
#include <boost/graph/compressed_sparse_row_graph.hpp>
#include <boost/graph/strong_components.hpp>
#include <boost/property_map/property_map.hpp>
#include <deque>
#include <utility>

#include "core/rules/check.h"

namespace fencepost::models {
namespace {

using Vertices = std::vector<std::uint32_t>;
using CompressedGraph = boost::compressed_sparse_row_graph<boost::directedS>;

constexpr std::uint32_t kOutside = 0xffffffff;

std::uint64_t BitOf(std::uint8_t fair) { return fair == kUnfair ? 0 : std::uint64_t{1} << fair; }

// The subgraph of some of the component's vertices, renumbered from 0.
struct Part {
  Part(const Component& component, const Vertices& members) : place(component.size(), kOutside) {
    for (std::uint32_t i = 0; i < members.size(); ++i) place[members[i]] = i;
    for (const ComponentEdge& edge : component.edges) {
      if (place[edge.from] == kOutside || place[edge.to] == kOutside) continue;
      edges.push_back({place[edge.from], place[edge.to], edge.fair});
    }
  }
  std::vector<std::uint32_t> place;
  std::vector<ComponentEdge> edges;
};

std::vector<Vertices> StrongComponents(const Component& component, const Vertices& members) {
  const Part part(component, members);
  std::vector<std::pair<std::uint32_t, std::uint32_t>> edges;
  edges.reserve(part.edges.size());
  for (const ComponentEdge& edge : part.edges) edges.emplace_back(edge.from, edge.to);
  std::sort(edges.begin(), edges.end());
  const CompressedGraph graph(boost::edges_are_sorted, edges.begin(), edges.end(), members.size());
  std::vector<std::size_t> numbers(members.size());
  const auto index = boost::get(boost::vertex_index, graph);
  const std::size_t count =
      boost::strong_components(graph, boost::make_iterator_property_map(numbers.begin(), index));
  std::vector<Vertices> components(count);
  for (std::size_t i = 0; i < members.size(); ++i) components[numbers[i]].push_back(members[i]);
  return components;
}

struct FairActionSets {
  std::uint64_t somewhere = 0;
  std::uint64_t everywhere = ~std::uint64_t{0};
  std::uint64_t taken = 0;
};

FairActionSets FairActionSetsOf(const Component& component, const Vertices& members) {
  FairActionSets sets;
  for (const std::uint32_t vertex : members) {
    sets.somewhere |= component.enabled[vertex];
    sets.everywhere &= component.enabled[vertex];
  }
  for (const ComponentEdge& edge : Part(component, members).edges) sets.taken |= BitOf(edge.fair);
  return sets;
}

// The shortest walk within the trap from `from` to the first matching edge or vertex.
std::vector<ComponentEdge> Walk(const std::vector<std::vector<ComponentEdge>>& leaving,
                                std::uint32_t from, auto edge_is_wanted, auto vertex_is_wanted) {
  if (vertex_is_wanted(from)) return {};
  std::vector<std::optional<ComponentEdge>> arrived(leaving.size());
  std::deque<std::uint32_t> waiting = {from};
  const auto walk_to = [&](ComponentEdge last) {
    std::vector<ComponentEdge> walk = {last};
    for (std::uint32_t at = last.from; at != from; at = walk.back().from) {
      walk.push_back(*arrived[at]);
    }
    std::reverse(walk.begin(), walk.end());
    return walk;
  };
  for (; !waiting.empty(); waiting.pop_front()) {
    for (const ComponentEdge& edge : leaving[waiting.front()]) {
      if (edge_is_wanted(edge) || vertex_is_wanted(edge.to)) return walk_to(edge);
      if (edge.to == from || arrived[edge.to].has_value()) continue;
      arrived[edge.to] = edge;
      waiting.push_back(edge.to);
    }
  }
  Check(false, "everything in a strongly connected part can be reached");
  return {};
}

// The vertices that a trap may contain. A vertex is excluded if a strong action is enabled at it
// that no edge between the remaining vertices takes. This is cheap, and mostly leaves no vertex.
Vertices PossiblyFair(const Component& component, std::uint64_t property, FairActions actions) {
  std::vector<bool> left(component.size());
  std::size_t count = 0;
  for (std::uint32_t vertex = 0; vertex < component.size(); ++vertex) {
    left[vertex] = (component.pending[vertex] & property) != 0;
    count += left[vertex] ? 1U : 0U;
  }
  for (std::size_t before = count + 1; count > 0 && count < before;) {
    before = count;
    std::uint64_t taken = 0;
    for (const ComponentEdge& edge : component.edges) {
      if (left[edge.from] && left[edge.to]) taken |= BitOf(edge.fair);
    }
    for (std::uint32_t vertex = 0; vertex < component.size(); ++vertex) {
      if (!left[vertex] || (component.enabled[vertex] & ~taken & actions.strong) == 0) continue;
      left[vertex] = false;
      --count;
    }
  }
  Vertices members;
  for (std::uint32_t vertex = 0; vertex < component.size(); ++vertex) {
    if (left[vertex]) members.push_back(vertex);
  }
  return members;
}

}  // namespace

// Emerson and Lei: a fair run cannot stay in a component in which a strongly fair action is enabled
// somewhere and taken nowhere, unless it avoids the vertices at which the action is enabled. So
// these vertices are removed, and the rest is decomposed again.
std::optional<Vertices> FairTrap(const Component& component, std::uint64_t property,
                                 FairActions actions) {
  std::vector<Vertices> waiting;
  Vertices hopeful = PossiblyFair(component, property, actions);
  if (!hopeful.empty()) waiting.push_back(std::move(hopeful));
  while (!waiting.empty()) {
    const Vertices members = std::move(waiting.back());
    waiting.pop_back();
    for (Vertices& part : StrongComponents(component, members)) {
      const FairActionSets sets = FairActionSetsOf(component, part);
      if ((sets.everywhere & ~sets.taken & actions.weak) != 0) continue;
      const std::uint64_t owed = sets.somewhere & ~sets.taken & actions.strong;
      if (owed == 0) return part;
      std::erase_if(part, [&](auto vertex) { return (component.enabled[vertex] & owed) != 0; });
      if (!part.empty()) waiting.push_back(std::move(part));
    }
  }
  return std::nullopt;
}

std::vector<ComponentEdge> FairCycle(const Component& component, const Vertices& trap,
                                     FairActions actions) {
  const Part part(component, trap);
  std::vector<std::vector<ComponentEdge>> leaving(trap.size());
  for (const ComponentEdge& edge : part.edges) leaving[edge.from].push_back(edge);
  const FairActionSets sets = FairActionSetsOf(component, trap);
  std::vector<ComponentEdge> cycle;
  const auto at = [&] { return cycle.empty() ? 0 : cycle.back().to; };
  const auto go = [&](auto edge_is_wanted, auto vertex_is_wanted) {
    const auto walk = Walk(leaving, at(), edge_is_wanted, vertex_is_wanted);
    cycle.insert(cycle.end(), walk.begin(), walk.end());
  };
  const auto no_edge = [](const ComponentEdge&) { return false; };
  const auto no_vertex = [](std::uint32_t) { return false; };
  for (std::uint8_t fair = 0; fair < kMostFairActions; ++fair) {
    const std::uint64_t bit = BitOf(fair);
    if ((sets.somewhere & (actions.weak | actions.strong) & bit) == 0) continue;
    const bool there = std::any_of(cycle.begin(), cycle.end(),
                                   [fair](const ComponentEdge& edge) { return edge.fair == fair; });
    if (there) continue;
    if ((sets.taken & bit) != 0) {
      go([fair](const ComponentEdge& edge) { return edge.fair == fair; }, no_vertex);
    } else {
      go(no_edge, [&](std::uint32_t v) { return (component.enabled[trap[v]] & bit) == 0; });
    }
  }
  if (cycle.empty() && !part.edges.empty()) cycle.push_back(leaving[0].front());
  if (at() != 0) go(no_edge, [](std::uint32_t vertex) { return vertex == 0; });
  for (ComponentEdge& edge : cycle) edge = {trap[edge.from], trap[edge.to], edge.fair};
  return cycle;
}

}  // namespace fencepost::models
