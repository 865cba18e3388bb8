// The simulated platform: pods that take time to start and to die, and the worker in each of them,
// which answers RPC and enforces epochs.
//
// The phase of a pod follows from the times at which it was created and deleted, so the passing of
// time needs no events of its own. Every true change is put on the event stream.
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
  VirtualTime ready;                               // the worker answers from here on
  VirtualTime terminating = VirtualTime::Never();  // the pod is dying from here on
  VirtualTime gone = VirtualTime::Never();
  bool fails = false;         // becomes failed when it would become ready
  VirtualDuration lingers{};  // for so much longer than the grace it is terminating

  // The worker in the pod.
  Epoch highest_epoch{};
  Org org;
  bool unhealthy = false;           // health checks say so
  bool draining = false;            // refuses new work on purpose; health checks say so
  bool refuses_activation = false;  // for good, whatever the org

  bool Exists(VirtualTime now) const { return now < gone; }
  bool Serves(VirtualTime now) const { return !fails && ready <= now && now < terminating; }
};

class SimPods : public PodRuntime, public WorkerRpc {
 public:
  SimPods(Engine& engine, EventObserver& observer) : engine_(engine), observer_(observer) {}

  // Forgets everything, before each run.
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
  // Whether the worker has a pod that is not dying.
  bool Lives(WorkerId worker) const;
  // The pod dies by itself.
  void Kill(WorkerId worker);
  void set_unhealthy(WorkerId worker, bool unhealthy);
  // The worker's program starts anew in its pod: it serves no org and has seen no epoch.
  void Restart(WorkerId worker);
  void set_draining(WorkerId worker, bool draining);
  // The worker refuses every activation: it is ill although its health checks do not say so.
  void set_refuses_activation(WorkerId worker, bool refuses);
  // Workers refuse the org's credentials until then (PermissionDenied).
  void RefuseOrg(const Org& org, VirtualTime until);
  // Once deleted, the worker's pod is stuck in its end for `time` beyond the grace.
  void StickAtTheEnd(WorkerId worker, VirtualDuration time);
  // Until then, or until CompleteListings, a listing leaves out every second pod.
  void CutListings(VirtualTime until);
  void CompleteListings() { listings_cut_until_ = VirtualTime(); }
  // The platform replaces the worker's pod, as a node repair does: the new pod has the same name, a
  // new uid, and a worker that knows nothing.
  void Recreate(WorkerId worker);
  // The next `count` pods never become ready: they fail, and stay until they are deleted.
  void FailStarts(int count) { failing_starts_ = count; }
  // New pods of the image never become ready: they fail, or they hang.
  void BreakImage(const Image& image, bool hangs) { broken_[image] = hangs; }
  void RepairImage(const Image& image) { broken_.erase(image); }
  // How many activations workers have refused for their epoch or their org.
  int refused_activations() const { return refused_activations_; }
  const std::vector<SimPod>& pods() const { return pods_; }  // gone ones included
  // Puts the pods that have gone by now on the event stream.
  void ReportGone();

 private:
  SimPod* Living(const PodName& name);
  SimPod* Serving(WorkerId worker);
  // The worker's pods that have not been reported as gone, by their place in `pods_`.
  const std::vector<std::size_t>& Of(WorkerId worker) const;
  PodInfo Describe(const SimPod& pod) const;
  // `fence`: that of the request; null when the pod dies by itself.
  void Terminate(SimPod& pod, const Fence* fence);
  // Sets the flag on each of the worker's pods, and puts on the event stream whose health changed.
  void SetHealth(WorkerId worker, bool SimPod::*flag, bool value);
  absl::Status CheckCredentials(const Org& org);
  absl::StatusOr<SimPod*> Accept(const WorkerLease& lease, std::string_view call, const Org* org);
  void Emit(std::string_view source, EventBody body);

  Engine& engine_;
  EventObserver& observer_;
  VirtualDuration start_time_ = std::chrono::seconds(2);
  VirtualDuration grace_ = std::chrono::seconds(10);
  std::vector<SimPod> pods_;
  // Places in `pods_` of the pods that have not been reported as gone; a name has one at most.
  absl::btree_map<PodName, std::size_t> by_name_;
  absl::btree_map<WorkerId, std::vector<std::size_t>> by_worker_;
  SortedVector<std::size_t> dying_;
  int failing_starts_ = 0;
  VirtualTime listings_cut_until_;
  absl::btree_map<Image, bool> broken_;  // true: their pods hang
  absl::btree_map<Org, VirtualTime> refused_until_;
  int refused_activations_ = 0;
};

}  // namespace fencepost::sim
