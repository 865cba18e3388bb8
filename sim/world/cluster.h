// A simulated cluster: control planes that run the real core, a store, pods with their workers,
// secrets, clocks, and the faults that hit them.
//
// A cluster serves many runs, one after the other; Reset leaves nothing of the last one. It carries
// out what happens; what a run sets up is in setup.h, what happens next is in story.h, and what is
// true is in ground_truth.h.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/rules/config.h"
#include "core/seams/lifecycle_store.h"
#include "sim/engine/engine.h"
#include "sim/world/clock.h"
#include "sim/world/control_plane_process.h"
#include "sim/world/event_hub.h"
#include "sim/world/fault_injector.h"
#include "sim/world/fault_probes.h"
#include "sim/world/sim_pods.h"
#include "sim/world/sim_runtime.h"
#include "sim/world/sim_secrets.h"
#include "sim/world/sorted_vector.h"
#include "sim/world/timeline.h"

namespace fencepost::sim {

// Thrown to leave the body of a story or of an actor when the run has ended; the code that runs the
// body catches it.
struct RunEnded {};

class Cluster : public ProcessFaults {
 public:
  Cluster(Engine& engine, EventHub& hub);
  ~Cluster() override;

  // ---- Before a run
  void Reset();
  // REQUIRES: before the first process is added.
  void set_store(LifecycleStore* store) { store_ = store; }
  // Faults are put into words only while there is a timeline; null for runs that are not recorded.
  void set_timeline(TimelineRecorder* timeline) { timeline_ = timeline; }
  // Marks the probe of each fault that hits; null: nobody counts.
  void set_fault_probes(const FaultProbes* probes) { fault_probes_ = probes; }

  // ---- The parts
  Engine& engine() { return engine_; }
  EventHub& hub() { return hub_; }
  FaultInjector& injector() { return injector_; }
  Config& config() { return config_; }
  LifecycleStore& store() { return *store_; }
  // How many activities each process that is added from now on runs at once.
  int activity_bound() const { return activity_bound_; }
  void set_activity_bound(int bound) { activity_bound_ = bound; }
  SimPods& pods() { return pods_; }
  SimSecrets& secrets() { return secrets_; }

  // The store's own clock, in whole microseconds: the precision that every store keeps.
  absl::Time StoreNow() const { return StoredTime(ToTime(engine_.Now()) + store_skew_); }
  // Moves the store's clock to `skew` ahead of true time and returns how far ahead it was.
  absl::Duration ExchangeStoreSkew(absl::Duration skew) { return std::exchange(store_skew_, skew); }

  // ---- Processes
  // A process for the next incarnation of `name`, which is not registered yet: "cp-1", then
  // "cp-1.2". Its own clock runs `skew` ahead of true time.
  ControlPlaneProcess& AddProcess(std::string_view name, absl::Duration skew);
  // In the order of their start; processes that have ended stay.
  const std::vector<std::unique_ptr<ControlPlaneProcess>>& processes() const { return processes_; }
  // REQUIRES: a control plane of that name was started.
  ControlPlaneProcess* LatestIncarnation(std::string_view name);
  // Whether clients get answers from the process: its loops run and it is not paused.
  bool Responds(const ControlPlaneProcess& process) const;
  // The end of the run: kills every process that is left.
  void KillAll();
  // Tells observers of an event that is about a whole process.
  void Announce(const EventBody& body);
  // Puts a line of the story into the timeline.
  void Tell(std::string text);

  // ---- ProcessFaults
  void OnFault(ProcessId process, const CallSite& site, CallFault fault) override;
  void Crash(ProcessId process) override;
  void Pause(ProcessId process, VirtualDuration length) override;
  void JumpStoreClock(absl::Duration by) override { store_skew_ += by; }
  bool PodLives(WorkerId worker) override { return pods_.Lives(worker); }
  void KillPod(WorkerId worker) override { pods_.Kill(worker); }
  void SilencePod(WorkerId worker) override;
  bool IsSilent(WorkerId worker) override;
  [[noreturn]] void StoreFailed(const absl::Status& why) override;

  // ---- The end of a run
  // Throws RunEnded if the run is over and the caller is a story or an actor.
  void StopIfEnded();
  // A result of the store that no fault can touch: an error means that the store itself failed.
  template <typename T>
  T Read(absl::StatusOr<T> result) {
    if (!result.ok()) StoreFailed(result.status());
    return *std::move(result);
  }
  // Why the run says nothing about the properties: the store failed. OK otherwise.
  const absl::Status& store_failure() const { return store_failure_; }
  // The faults that have hit, in order: "reply-lost at drain of worker 1". Empty without a
  // timeline.
  const std::vector<std::string>& faults_hit() const { return faults_hit_; }

 private:
  ControlPlaneProcess* Find(ProcessId process);

  Engine& engine_;
  EventHub& hub_;
  FaultInjector injector_;
  SimPods pods_;
  SimSecrets secrets_;
  LifecycleStore* store_ = nullptr;
  TimelineRecorder* timeline_ = nullptr;
  const FaultProbes* fault_probes_ = nullptr;
  absl::Duration store_skew_;
  absl::Status store_failure_;
  Config config_;
  int activity_bound_ = kStandardActivityBound;
  std::vector<std::string> faults_hit_;
  SortedVector<WorkerId> silent_;  // calls to them get no answer while they have no pod
  std::vector<std::unique_ptr<ControlPlaneProcess>> processes_;
};

}  // namespace fencepost::sim
