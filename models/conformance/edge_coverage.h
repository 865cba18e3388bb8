// The edges of the model that runs have covered.
//
// An edge is the observable part of a step of the model: the states of the worker's row and pod
// before the step, and an event. The event is an operation that landed or was refused, to the owner
// or to another caller, or a change of the pod, the secret, the session or the owner. Steps inside
// a process are not observable and are not counted. The set of edges is computed from the model's
// reachable states.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "core/events/event.h"
#include "core/events/worker_table.h"
#include "models/lifecycle/state.h"
#include "models/lifecycle/worker_changes.h"

namespace fencepost::models {

// An event of the control plane that owns the worker.
enum class OwnerChange : std::uint8_t { kExpired, kRevived, kDeregistered, kCrashed };
inline constexpr std::size_t kOwnerChangeCount = 4;

// An edge as a number. Not every number below kCount is an edge of the model.
class Edge {
 public:
  enum class Attempt : std::uint8_t { kLanded, kMissedByOwner, kMissedByAnother };
  static constexpr std::size_t kAttempts = 3;

  Edge(unsigned row, Pod pod, Operation operation, Attempt attempt);
  Edge(unsigned row, Pod pod, WorkerChange change);
  Edge(unsigned row, Pod pod, OwnerChange change);

  std::size_t number() const { return number_; }

  static constexpr std::size_t kLabels =
      kOperationCount * kAttempts + kWorkerChangeCount + kOwnerChangeCount;
  static constexpr std::size_t kPods = 3;
  static constexpr std::size_t kRows = kWorkerStateCount + 1;
  static constexpr std::size_t kCount = kRows * kPods * kLabels;

 private:
  std::size_t number_;
};
// "hot, pod: drain refused, to another than the owner".
std::string EdgeName(std::size_t number);

// How often each edge was seen.
struct EdgeCounts {
  std::array<std::uint64_t, Edge::kCount> seen{};
  void Add(const EdgeCounts& other);
};

// Counts the edges of any number of runs.
class EdgeCoverage : public EventObserver {
 public:
  void On(const Event& event) override;
  // Begins a new run. Keeps the counts.
  void Reset() { workers_.Clear(); }
  const EdgeCounts& counts() const { return counts_; }

 private:
  struct WorkerView {
    unsigned row = 0;
    Pod pod = Pod::kNone;
    PodUid uid;
    CpId owner;
    bool session = false;
  };
  void OnCommitted(const RowCommitted& commit);
  void OnRefused(const RowRefused& refused);
  void OnControlPlane(const ControlPlaneChanged& changed);
  void OnSession(const SessionChanged& changed);
  void OnEnded(const ProcessEnded& ended);
  template <class Change>
  void Count(const WorkerView& worker, Change change);
  // For every active worker that the control plane owns.
  void CountOwned(const CpId& owner, OwnerChange change);

  WorkerTable<WorkerView> workers_;
  EdgeCounts counts_;
};

// The edges of the model with two control planes, one worker and every fault. Explores its
// reachable states, which takes a fraction of a second.
std::vector<std::size_t> EdgesOfTheModel();

}  // namespace fencepost::models
