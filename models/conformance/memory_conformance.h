// Does every process do only what a control plane of the model could do there, by what it may
// remember? An observer of the event stream beside RowConformance, which judges the rows alone.
//
// Each process is followed on each worker with which it had to do: through spawning, activating,
// refreshing, draining and cleaning up, by what was seen of it. A step that no control plane of the
// model could take at that point is refused, even if the row allows it: a shutdown that drains
// under a lease which its own refresh has made stale, a pod deleted before its worker was drained,
// a retirement of a worker that somebody is at work on.
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

  // Forgets the run, not what was computed of the model.
  void Reset();

  // The first step that no process of the model could have taken.
  const std::optional<std::string>& refusal() const { return refusal_; }

 private:
  using Place = MemoryAutomaton::Place;

  struct Process {
    BootId boot{};
    CpId cp;
    Registration registration = Registration::kLive;
    bool ended = false;
  };
  // One process on one worker.
  struct Follower {
    BootId boot{};
    Place place = MemoryAutomaton::kNone;
    OperationId last;  // that it was seen to attempt
    Epoch claimed{};   // of its latest claim
  };
  struct Followed {
    State seen;  // row, pod and secret
    BootId owner{};
    PodUid pod;  // the first one: what the platform makes anew is another
    std::vector<Follower> followers;
  };

  void OnCommitted(const RowCommitted& commit);
  void OnRefused(const RowRefused& refused);
  void OnControlPlane(const ControlPlaneChanged& changed);
  void OnSession(const SessionChanged& changed);
  void OnEnded(const ProcessEnded& ended);
  void OnPodStarted(const PodStarted& started);
  void OnPodDeleted(const PodDeleted& deleted);
  // Of a pod or a secret: `by_it` is the step of the process that did it, `by_any` what all others
  // see of it. `excused`: no process that is followed has to have done it.
  void OnPlatform(Followed& followed, Seen::What by_it, Seen::What by_any, bool excused,
                  const std::string& event);

  static bool IsTerminal(const Followed& followed);
  Process& ProcessOfBoot(BootId boot);
  Follower& FollowerOf(Followed& followed, BootId boot);
  void OthersLanding(Followed& followed, Operation operation, const Follower* actor);
  void Refuse(const std::string& event, Place place);
  void RefuseListing(const RowCommitted& commit);
  std::string NameOf(BootId boot);

  MemoryAutomaton automaton_;
  WorkerTable<Followed> workers_;
  std::vector<Process> processes_;
  std::optional<std::string> refusal_;
};

}  // namespace fencepost::models
