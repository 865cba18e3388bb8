// Checks that every step of a process is one that a control plane of the model may take. An
// observer of the event stream, besides RowConformance, which judges the rows alone.
//
// Each process is tracked on each worker that it acts on, through spawning, activating, refreshing,
// draining and cleaning up. A step is refused if no control plane of the model could take it at
// that point, even if the row allows it: a drain under a lease that the process's own refresh has
// replaced, the deletion of a pod whose worker was not drained, or the retirement of a worker that
// another activity works on.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/events/event.h"
#include "core/events/worker_table.h"
#include "models/conformance/memory_automaton.h"

namespace fencepost::models {

class MemoryConformance : public EventObserver {
 public:
  void On(const Event& event) override;

  // Begins a new run. Keeps the automaton.
  void Reset();

  // The first step that no process of the model could have taken.
  const std::optional<std::string>& refusal() const { return refusal_; }

 private:
  using Node = MemoryAutomaton::Node;

  struct Process {
    BootId boot{};
    CpId cp;
    Registration registration = Registration::kLive;
    bool ended = false;
  };
  // One process on one worker.
  struct Tracker {
    BootId boot{};
    Node node = MemoryAutomaton::kNone;
    OperationId last;  // of the latest attempt
    Epoch claimed{};   // set by the latest claim
  };
  struct TrackedWorker {
    State seen;  // row, pod and secret
    BootId owner{};
    PodUid pod;  // of the first pod; a pod that the platform re-creates is another one
    std::vector<Tracker> trackers;
  };

  void OnCommitted(const RowCommitted& commit);
  void OnRefused(const RowRefused& refused);
  void OnControlPlane(const ControlPlaneChanged& changed);
  void OnSession(const SessionChanged& changed);
  void OnEnded(const ProcessEnded& ended);
  void OnPodStarted(const PodStarted& started);
  void OnPodDeleted(const PodDeleted& deleted);
  // Handles an event of a pod or a secret. `by_actor` is the observation of the process that caused
  // it, `by_any` the observation of all others. `excused`: the cause need not be a tracked process.
  void OnPlatform(TrackedWorker& tracked, Observation::Kind by_actor, Observation::Kind by_any,
                  bool excused, const std::string& event);

  static bool IsTerminal(const TrackedWorker& tracked);
  Process& ProcessOfBoot(BootId boot);
  Tracker& TrackerOf(TrackedWorker& tracked, BootId boot);
  void TransitionByOther(TrackedWorker& tracked, Operation operation, const Tracker* actor);
  void Refuse(const std::string& event, Node node);
  void RefuseListing(const RowCommitted& commit);
  std::string NameOf(BootId boot);

  MemoryAutomaton automaton_;
  WorkerTable<TrackedWorker> workers_;
  std::vector<Process> processes_;
  std::optional<std::string> refusal_;
};

}  // namespace fencepost::models
