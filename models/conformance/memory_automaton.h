// What one process may remember of one worker, after all that was seen of the worker so far.
//
// A run shows what happens to rows, pods and secrets, and not what a process remembers: whether it
// holds a lease, whether that is the present one, and at which call of which choreography it
// stands. So a place of this automaton is the set of all states of the model that fit what was
// seen: those of one worker and one control plane, in which a second one stands for everybody else.
// An observation leads to another set, or to none at all: then no run of the model shows it.
//
// Sets and what leads from one to another are computed when they are first needed and kept: the
// subset construction, done lazily. There are about a thousand sets, so that long campaigns only
// look things up.
#pragma once

#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "core/rules/transition.h"
#include "models/lifecycle/machine.h"

namespace fencepost::models {

// What was seen to happen to the worker, or to the process.
struct Seen {
  enum class What : std::uint8_t {
    kOwnLanding,      // `operation`, by the process itself
    kOwnMiss,         // `operation`, refused by its fence
    kOthersLanding,   // `operation`, by any other process or by a janitor
    kPodCreatedByIt,  // by the process itself
    kPodCreated,      // by the process or by anybody else
    kPodDeletedByIt,
    kPodDeleted,
    kPodDied,  // by itself
    kSecretCreatedByIt,
    kSecretCreated,
    kSecretDeletedByIt,
    kSecretDeleted,
    kSessionOpened,  // a new one, on this process's worker
    kDraining,       // from here on: of the process in the store's table
    kExpired,
    kRevived,
    kExpiredForGood,
    kDeregistered,
  };
  What what{};
  Operation operation{};
  // The facts of a landing or a miss.
  bool owner_gone = false;
  bool live_session = false;
};

class MemoryAutomaton {
 public:
  using Place = std::uint32_t;
  // The empty set.
  static constexpr Place kNone = 0;

  MemoryAutomaton();

  // A process that remembers nothing of a worker. In `seen` the process is control plane 1, and
  // everybody else is control plane 2.
  Place Start(const State& seen);

  Place After(Place place, const Seen& seen);

  // The states of the set.
  const std::vector<State>& States(Place place) const { return *sets_[place]; }

 private:
  using Set = std::vector<State>;  // ascending, without repetitions

  Place PlaceOf(Set set);
  // The set with all that the process may have done without being seen.
  Set Closed(const Set& set) const;
  Set SetAfter(const Set& closed, const Seen& seen) const;

  Machine machine_;
  std::map<Set, Place> numbers_;
  std::vector<const Set*> sets_;
  // By place: what was seen there, ascending, and where it led.
  std::vector<std::vector<std::pair<std::uint32_t, Place>>> after_;
};

}  // namespace fencepost::models
