// The simulated platform: pods that take time to start and to die, and the worker in each of them,
// which answers RPC and enforces epochs.
//
// What a pod is at a moment follows from when it was created and deleted, so that time passing
// needs no events of its own. Every true change is put on the event stream.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/btree_map.h"
#include "core/events/event.h"
#include "core/seams/pod_runtime.h"
#include "core/seams/worker_rpc.h"
#include "sim/engine/engine.h"
#include "sim/world/sorted_vector.h"

namespace fencepost::sim {

struct SimPod {
  WorkerId worker{};
  PodName name;
  PodUid uid;
  Image image;
  VirtualTime created;
  VirtualTime ready;                               // from here on it answers
  VirtualTime terminating = VirtualTime::Never();  // from here on it is dying
  VirtualTime gone = VirtualTime::Never();
  bool fails = false;  // ends as failed where others become ready

  // The worker inside.
  Epoch highest_epoch{};
  Org org;
  bool unhealthy = false;  // says so when it is asked
  bool draining = false;   // refuses new work on purpose, and says so

  bool Exists(VirtualTime now) const { return now < gone; }
  bool Serves(VirtualTime now) const { return !fails && ready <= now && now < terminating; }
};

class SimPods : public PodRuntime, public WorkerRpc {
 public:
  SimPods(Engine& engine, EventObserver& observer) : engine_(engine), observer_(observer) {}

  // Forgets everything: the start of a run.
  void Reset();
  // How long pods take to become ready and, once deleted, to be gone.
  void set_start_time(VirtualDuration time) { start_time_ = time; }
  void set_grace(VirtualDuration grace) { grace_ = grace; }

  // ---- PodRuntime
  absl::StatusOr<PodInfo> CreatePod(const PodSpec& spec) override;
  absl::StatusOr<std::optional<PodInfo>> FindPod(const PodName& name) override;
  absl::StatusOr<std::vector<PodInfo>> ListPods() override;
  absl::Status DeletePod(const Fence& fence) override;

  // ---- WorkerRpc
  absl::Status Activate(const WorkerLease& lease, const Org& org,
                        const Credentials& credentials) override;
  absl::Status UpdateCredentials(const WorkerLease& lease, const Credentials& credentials) override;
  absl::StatusOr<WorkerHealth> CheckHealth(const WorkerLease& lease) override;

  // ---- For scenarios and properties
  // There is a pod that is not dying.
  bool Lives(WorkerId worker) const;
  // The pod dies by itself.
  void Kill(WorkerId worker);
  void set_unhealthy(WorkerId worker, bool unhealthy);
  void set_draining(WorkerId worker, bool draining);
  // The platform replaces the worker's pod, as a node repair does: the same name, a new uid, and
  // nothing of what was in it.
  void Recreate(WorkerId worker);
  // So many of the next pods never become ready: they end as failed, and stay until deleted.
  void FailStarts(int count) { failing_starts_ = count; }
  // Activations that a worker has refused, for their epoch or their org.
  int refused_activations() const { return refused_activations_; }
  const std::vector<SimPod>& pods() const { return pods_; }  // gone ones included
  // Tells of pods whose time has run out by now.
  void TellGone();

 private:
  SimPod* Living(const PodName& name);
  SimPod* Serving(WorkerId worker);
  // Those of the worker that were there at the last look, by their place in `pods_`.
  const std::vector<std::size_t>& Of(WorkerId worker) const;
  PodInfo Describe(const SimPod& pod) const;
  // `fence`: that of the request; null when the pod dies by itself.
  void Terminate(SimPod& pod, const Fence* fence);
  absl::StatusOr<SimPod*> Accept(const WorkerLease& lease, std::string_view call, const Org* org);
  void Emit(std::string_view source, EventBody body);

  Engine& engine_;
  EventObserver& observer_;
  VirtualDuration start_time_ = std::chrono::seconds(2);
  VirtualDuration grace_ = std::chrono::seconds(10);
  std::vector<SimPod> pods_;
  // Places in `pods_` of the pods that nobody has been told are gone; a name has one at most.
  absl::btree_map<PodName, std::size_t> by_name_;
  absl::btree_map<WorkerId, std::vector<std::size_t>> by_worker_;
  SortedVector<std::size_t> dying_;
  int failing_starts_ = 0;
  int refused_activations_ = 0;
};

}  // namespace fencepost::sim
