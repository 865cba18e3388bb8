#include "core/lifecycle/worker_pod.h"

namespace fencepost {

absl::StatusOr<std::optional<PodInfo>> FindPod(Runtime& runtime, PodRuntime& pods,
                                               const ManagedWorker& worker) {
  return runtime.CallOwning(CallSite{CallTarget::kPods, "find_pod", worker.id},
                            [&pods, name = worker.pod_name] { return pods.FindPod(name); });
}

}  // namespace fencepost
