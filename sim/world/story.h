// What a scenario tells its story with: actors that run concurrently, decisions, time,
// expectations, and the end of all faults.
//
// Every call may find that the run has ended and then throws RunEnded, which the runner catches.
// A story serves many runs, one after the other.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "core/events/rest_view.h"
#include "sim/world/cluster.h"
#include "sim/world/ground_truth.h"
#include "sim/world/probes.h"
#include "sim/world/setup.h"

namespace fencepost::sim {

// One actor of a concurrent part: an activity of a control plane.
struct Actor {
  ControlPlaneProcess* process;
  std::string_view name;
  std::function<void()> body;
};

// What a story asks of the code that runs it. Only the hooks that the story's calls need must be
// set.
struct StoryHooks {
  // What keeps the system from being at rest, in words. Required for Heal, Recover and Unsettled.
  std::function<Findings(const RestView&)> unsettled = {};
  // Called when an expectation of the story does not hold.
  std::function<void(std::string_view sentence)> expectation_broken = {};
  // Removes a control plane's row, which no method of a store does while it owns workers.
  std::function<void(const CpId&)> remove_control_plane = {};
  // The value of a parameter. REQUIRES: the scenario has it.
  std::function<std::int64_t(std::string_view)> parameter = {};
};

class Story {
 public:
  Story(Cluster& cluster, Probes& probes, StoryHooks hooks);

  // Before each run.
  void Reset() { faults_over_.reset(); }

  // ---- The parts
  Cluster& cluster() { return cluster_; }
  Config& config() { return cluster_.config(); }
  Setup& setup() { return setup_; }
  const GroundTruth& truth() const { return truth_; }
  std::int64_t Parameter(std::string_view name) const { return hooks_.parameter(name); }

  // ---- Actors
  // Runs the actors at the same time, in every order that there is. Returns when each has returned
  // or its process has died.
  void Concurrently(std::vector<Actor> actors);
  // Runs `body` as an activity of the process, as a client's request is run, and returns whether it
  // came to its end; false means that the process died meanwhile and the client knows nothing.
  // `body` must own what it touches. REQUIRES: called by the story or by an actor of StartActor.
  bool RunIn(ControlPlaneProcess& process, std::string_view name, std::function<void()> body);
  // Starts an actor outside all control planes: a client, an operator. The end of the run ends it.
  TaskId StartActor(std::string_view name, std::function<void()> body);
  // Returns when each of the actors has come to its end.
  void Await(const std::vector<TaskId>& actors);

  // ---- Decisions, time and expectations
  // A decision of the story: a number from 0 to count - 1. REQUIRES: 1 <= count <= 12.
  std::uint32_t Choose(std::string_view point, std::uint32_t count);
  void SleepFor(absl::Duration duration);
  // A decision between alternatives that have names. The first is the plain one: it is drawn in
  // half of the runs, and a failure shrinks to it. Any other is told in the timeline. REQUIRES: as
  // Choose.
  std::uint32_t Draw(std::string_view point, std::span<const std::string_view> names);
  // Marks that the run has reached this place.
  void Sometimes(Probe probe);
  // A claim of the story itself, beside the properties. `sentence` is a literal. The run fails when
  // the claim does not hold.
  void Expect(bool holds, std::string_view sentence);

  // ---- Time without faults
  // Runs `part` without faults and without decisions.
  void WithoutFaults(const std::function<void()>& part);
  // Lets time pass without faults; then every control plane whose loops do not run heartbeats once.
  void AdvanceTime(absl::Duration duration);
  // The control plane misses its heartbeats until the store has expired it; the others heartbeat.
  void LetExpire(ControlPlaneProcess& process);
  // An operator removes the control plane's row, whatever it owns.
  void RemoveControlPlane(const CpId& cp);
  // An operator, in whose place the story acts, has decided that the worker is to end.
  void OrderEnd(WorkerId worker);

  // ---- The end of all faults and decisions
  // Kills every control plane. A new janitor then works until everything has settled or `bound` of
  // virtual time has passed.
  void Heal(absl::Duration bound = absl::Hours(2));
  // Wakes every paused control plane and lets the living go on; starts a successor when none serves
  // any more. Returns when everything has settled or `bound` of virtual time has passed.
  void Recover(absl::Duration bound = absl::Hours(2));
  // What keeps the convergence properties from holding, in words; empty when everything has
  // settled.
  Findings Unsettled() const { return hooks_.unsettled(truth_.AtRest()); }

 private:
  std::uint32_t Decide(std::string_view point, std::span<const std::string_view> names,
                       std::uint32_t weight_of_first);

  Cluster& cluster_;
  Probes& probes_;
  const StoryHooks hooks_;
  Setup setup_;
  const GroundTruth truth_;
  std::optional<Engine::Quiet> faults_over_;
};

}  // namespace fencepost::sim
