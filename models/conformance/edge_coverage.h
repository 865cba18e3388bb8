// Which edges of the model have runs covered?
//
// An edge is what a run can show of a step: in which state the worker's row and pod were, and what
// happened: which operation landed, which one was refused, and whether it was the owner's or
// somebody else's; what became of pod, secret, session and owner. Steps inside a process are not
// shown, and not counted. The edges that there are come from the model's reachable states.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "core/events/event.h"
#include "core/events/worker_table.h"
#include "models/lifecycle/state.h"

namespace fencepost::models {

// What happened, beside landings and misses.
enum class Happening : std::uint8_t {
  kPodCreated,
  kPodDeleted,
  kSecretCreated,
  kSecretDeleted,
  kSessionOpened,
  kSessionEnded,
  kOwnerExpired,
  kOwnerRevived,
  kOwnerDeregistered,
  kOwnerCrashed,
};
inline constexpr std::size_t kHappeningCount = 10;

// A number for each edge that can be written down, whether there is such an edge or not.
class Edge {
 public:
  enum class Attempt : std::uint8_t { kLanded, kMissedByOwner, kMissedByAnother };
  static constexpr std::size_t kAttempts = 3;

  Edge(unsigned row, Pod pod, Operation operation, Attempt attempt);
  Edge(unsigned row, Pod pod, Happening happening);

  std::size_t number() const { return number_; }

  static constexpr std::size_t kLabels = kOperationCount * kAttempts + kHappeningCount;
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

// Observes runs of any number.
class EdgeCoverage : public EventObserver {
 public:
  void On(const Event& event) override;
  // Forgets the run, not what was covered.
  void Reset() { workers_.Clear(); }
  const EdgeCounts& counts() const { return counts_; }

 private:
  struct Watched {
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
  void Saw(const Watched& worker, Happening happening);

  WorkerTable<Watched> workers_;
  EdgeCounts counts_;
};

// The edges that the model has: two control planes, one worker, every fault. Takes a quarter of a
// second.
std::vector<std::size_t> EdgesOfTheModel();

}  // namespace fencepost::models
