// The states that one process's memory of one worker may be in, given the observations so far.
//
// A run shows the events of rows, pods and secrets. It does not show the memory of a process:
// whether the process holds a lease, whether the lease is current, and at which call of which
// choreography it is. So each node of this deterministic automaton is the set of all states of the
// model that are consistent with the observations, with one worker, one control plane for the
// process, and a second one for all other processes. An observation leads to another set. If that
// set is empty, the observations are no run of the model.
//
// Nodes and edges are computed when they are first needed, and kept: a lazy subset construction. It
// has about a thousand nodes, so a long campaign soon consists of look-ups.
#pragma once

#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "core/rules/transition.h"
#include "models/lifecycle/machine.h"

namespace fencepost::models {

// The control planes and the current epoch in the states of the automaton.
inline constexpr int kProcess = 0;
inline constexpr int kOthers = 1;
inline constexpr unsigned kPresentEpoch = 2;

// An observed event of the worker or of the process.
struct Observation {
  enum class Kind : std::uint8_t {
    kOwnTransition,      // `operation` landed, by the process
    kOwnMiss,            // `operation` of the process was refused by its fence
    kTransitionByOther,  // `operation` landed, by another process or a janitor
    kPodCreatedByProcess,
    kPodCreated,  // by this or another process
    kPodDeletedByProcess,
    kPodDeleted,
    kPodDied,  // without a request
    kSecretCreatedByProcess,
    kSecretCreated,
    kSecretDeletedByProcess,
    kSecretDeleted,
    kSessionOpened,  // a new session on a worker that the process owns
    // Changes of the process's registration.
    kDraining,
    kExpired,
    kRevived,
    kExpiredForGood,
    kDeregistered,
  };
  Kind kind{};
  Operation operation{};
  // The guard facts of a transition or a miss.
  bool owner_gone = false;
  bool live_session = false;
};

class MemoryAutomaton {
 public:
  using Node = std::uint32_t;
  // The node of the empty set.
  static constexpr Node kNone = 0;

  MemoryAutomaton();

  // The node of a process that remembers nothing of the worker. In `seen`, control plane 1 is the
  // process, and control plane 2 stands for all others.
  Node Start(const State& seen);

  Node After(Node node, const Observation& seen);

  // The states of the set.
  const std::vector<State>& States(Node node) const { return *sets_[node]; }

 private:
  using Set = std::vector<State>;  // ascending, without repetitions

  Node NodeOf(Set set);
  // The set and all states that the process reaches from it by unobservable steps.
  Set SilentClosure(const Set& set) const;
  Set Successors(const Set& closed, const Observation& seen) const;

  Machine machine_;
  std::map<Set, Node> numbers_;
  std::vector<const Set*> sets_;
  // By node: its edges, ascending by the key of their observation.
  std::vector<std::vector<std::pair<std::uint32_t, Node>>> after_;
};

}  // namespace fencepost::models
