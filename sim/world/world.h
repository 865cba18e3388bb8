// A simulated cluster for one run: control planes running the real core, a store, pods with their
// workers, secrets, and the faults that come over them.
//
// Scenarios tell their story with it: set up, let actors run concurrently, heal. A world serves
// many runs, one after the other; nothing of a run is left in the next.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/events/rest_view.h"
#include "core/rules/config.h"
#include "core/seams/lifecycle_store.h"
#include "sim/engine/engine.h"
#include "sim/world/control_plane_process.h"
#include "sim/world/event_hub.h"
#include "sim/world/fault_injector.h"
#include "sim/world/probes.h"
#include "sim/world/sim_pods.h"
#include "sim/world/sim_secrets.h"
#include "sim/world/timeline.h"

namespace fencepost::sim {

// One actor of a concurrent part: what it does, as an activity of a control plane.
struct Actor {
  ControlPlaneProcess* process;
  std::string_view name;
  std::function<void()> body;
};

// A worker that a set-up asks for.
struct WorkerWanted {
  ControlPlaneProcess* owner;
  std::string org;
};

// Thrown by World's calls to leave a scenario's body when the run has ended under it; whoever runs
// the body catches it.
struct RunEnded {};

// What a world asks of whoever runs it. Only the calls that a story makes must be set.
struct WorldHooks {
  // What keeps the system from being at rest, in words. Required for Heal, Recover and Pending.
  std::function<Findings(const RestView&)> unsettled;
  // Told when a story's expectation does not hold.
  std::function<void(std::string_view sentence)> expectation_broken;
  // An operator removes a control plane's row, which no method of a store does while it owns
  // workers.
  std::function<void(const CpId&)> remove_control_plane;
  // A named number that the user may set; REQUIRES: the scenario has it.
  std::function<std::int64_t(std::string_view)> parameter;
};

class World : public ProcessFaults {
 public:
  World(Engine& engine, EventHub& hub, Probes& probes, WorldHooks hooks);
  ~World() override;

  // ---- Before a run
  void Reset();
  void set_store(LifecycleStore* store) { store_ = store; }
  // Faults are put into words only for a run that is recorded. Null: it is not.
  void set_timeline(TimelineRecorder* timeline) { timeline_ = timeline; }
  FaultInjector& injector() { return injector_; }

  // ---- For scenarios: setting up
  Config& config() { return config_; }
  SimPods& pods() { return pods_; }
  SimSecrets& secrets() { return secrets_; }
  LifecycleStore& store() { return *store_; }
  Engine& engine() { return engine_; }
  std::int64_t Parameter(std::string_view name) const { return hooks_.parameter(name); }
  void RemoveControlPlane(const CpId& cp) { hooks_.remove_control_plane(cp); }

  // A new control plane, registered: "cp-1", "cp-1.2" when it is the second of that name. Nothing
  // goes wrong during its start.
  // `skew`: so far its own clock runs ahead.
  ControlPlaneProcess& StartControlPlane(std::string_view name,
                                         absl::Duration skew = absl::ZeroDuration());
  // The same, and its loops run: it heartbeats, leads, refreshes, looks after its workers.
  ControlPlaneProcess& RunControlPlane(std::string_view name,
                                       absl::Duration skew = absl::ZeroDuration());
  // A worker that serves `org`, owned by `owner`; parked: without a session. Nothing goes wrong.
  WorkerId HotWorker(ControlPlaneProcess& owner, std::string_view org,
                     std::string_view image = kImage);
  WorkerId ReservedWorker(ControlPlaneProcess& owner, std::string_view org,
                          std::string_view image = kImage);
  WorkerId IdleWorker(ControlPlaneProcess& owner, std::string_view image = kImage);
  WorkerId HotIdleWorker(ControlPlaneProcess& owner, std::string_view org);
  // A hot worker for each entry, in this order, all of them in the time that one takes. REQUIRES:
  // the loops of the owners do not run yet: they would end slots that nobody seems to fill.
  std::vector<WorkerId> HotWorkers(const std::vector<WorkerWanted>& wanted);
  static constexpr std::string_view kImage = "image-1";

  // ---- For scenarios: the story
  // Runs the actors at the same time, in every order that there is. Returns when each has returned
  // or its process has died.
  void Concurrently(std::vector<Actor> actors);
  // Runs `body` as an activity of the process, as a client's request does, and returns whether it
  // came to its end: false when the process died meanwhile, and the client knows nothing. `body`
  // must own what it touches. The caller is an actor of Aside or the story itself.
  bool Within(ControlPlaneProcess& process, std::string_view name, std::function<void()> body);
  // Starts an actor that is no control plane's: a client, an operator. It is left when the run
  // ends.
  TaskId Aside(std::string_view name, std::function<void()> body);
  // Until each of them has come to its end.
  void Await(const std::vector<TaskId>& actors);
  // The youngest incarnation of that name. REQUIRES: there is one.
  ControlPlaneProcess* Latest(std::string_view name);
  // A decision of the story: one of the numbers from 0 to count - 1.
  std::uint32_t Choose(std::string_view point, std::uint32_t count);
  // Time passes.
  void SleepFor(absl::Duration duration);
  // Marks that the run came here.
  void Sometimes(std::string_view probe);
  // What the story itself claims, beside the properties; a literal. The run fails when it does not
  // hold.
  void Expect(bool holds, std::string_view sentence);
  // The row as it truly is; empty when there is none.
  std::optional<WorkerRow> RowOf(WorkerId worker);
  bool Is(WorkerId worker, WorkerState state);
  int LiveSessions(WorkerId worker);
  // Since when the control plane has been draining; empty: it is not, or has no row.
  std::optional<absl::Time> DrainingSince(const CpId& cp);
  // Every row that there is, in the order of ids.
  std::vector<WorkerRow> Rows();
  // Nothing goes wrong and nothing is decided in here.
  void Calmly(const std::function<void()>& part);
  // Calmly, time passes; then every control plane whose loops do not run heartbeats once.
  void Pass(absl::Duration duration);
  // A client gets answers from it: it runs and is not asleep.
  bool Responds(const ControlPlaneProcess& process) const;
  // The owner misses its heartbeats until the store has expired it; the others go on.
  void LetExpire(ControlPlaneProcess& process);

  // Faults end and no decision is left open: every control plane that is still there dies, and a
  // janitor of its own works until nothing is pending or `bound` of virtual time has passed.
  void Heal(absl::Duration bound = absl::Hours(2));

  // Faults end and every control plane that still lives goes on, one that sleeps wakes; when none
  // serves any more a successor starts. Returns when nothing is pending or `bound` of virtual time
  // has passed.
  void Recover(absl::Duration bound = absl::Hours(2));
  // The end of the run: every process that is left is killed.
  void EndAll();

  // ---- ProcessFaults
  void OnFault(ProcessId process, const CallSite& site, CallFault fault) override;
  void Crash(ProcessId process) override;
  void Pause(ProcessId process, VirtualDuration length) override;
  void JumpStoreClock(absl::Duration by) override { store_skew_ += by; }
  bool PodLives(WorkerId worker) override { return pods_.Lives(worker); }
  void KillPod(WorkerId worker) override { pods_.Kill(worker); }
  [[noreturn]] void StoreFailed(const absl::Status& why) override;

  // The store's own clock: whole microseconds, which is what every store keeps.
  absl::Time StoreNow() const { return StoredTime(ToTime(engine_.Now()) + store_skew_); }

  // ---- After a run
  // Why the run says nothing: the store failed. OK otherwise.
  const absl::Status& store_failure() const { return store_failure_; }
  // What has hit, in order: "reply-lost at drain of worker 1"; kept while recorded.
  const std::vector<std::string>& faults_hit() const { return faults_hit_; }
  // What keeps a convergence property from holding, in words; empty when everything has come to
  // rest.
  std::vector<std::string> Pending();
  void FillRestView(RestView& rest);
  // Equal ends have equal hashes: rows and pods, without times and operation ids.
  std::uint64_t FinalStateHash();
  const std::vector<std::unique_ptr<ControlPlaneProcess>>& processes() const { return processes_; }
  EventHub& hub() { return hub_; }

 private:
  ControlPlaneProcess* Find(ProcessId process);
  // A slot whose pod is on its way.
  struct Slot {
    ControlPlaneProcess* owner;
    Org org;
    WorkerLease lease;
    PodUid pod_uid;
  };
  Slot BeginSpawn(ControlPlaneProcess& owner, const Org& org, const Image& image);
  // Idle without an org, else reserved. REQUIRES: the pod is ready.
  WorkerId Publish(const Slot& slot);
  void Activate(ControlPlaneProcess& owner, WorkerId worker);
  // The three seconds of one worker.
  WorkerId Spawned(ControlPlaneProcess& owner, const Org& org, const Image& image);
  // Set-up has no faults, so what does not hold is a defect of the scenario, or of the core.
  void Require(bool holds, std::string_view what);
  // What the world itself saw in the store.
  template <typename T>
  T Seen(absl::StatusOr<T> seen) {
    if (!seen.ok()) StoreFailed(seen.status());
    return *std::move(seen);
  }
  // Throws RunEnded if the run is over.
  void StopIfEnded();
  void EmitProcess(EventBody body);

  Engine& engine_;
  EventHub& hub_;
  Probes& probes_;
  const WorldHooks hooks_;
  FaultInjector injector_;
  SimPods pods_;
  SimSecrets secrets_;
  LifecycleStore* store_ = nullptr;
  TimelineRecorder* timeline_ = nullptr;
  absl::Duration store_skew_;
  absl::Status store_failure_;
  Config config_;
  std::vector<std::string> faults_hit_;
  std::vector<std::unique_ptr<ControlPlaneProcess>> processes_;
  std::optional<Engine::Quiet> healed_;
  RestView rest_;  // what Pending looked at last
};

}  // namespace fencepost::sim
