#include "core/plane/reconciler.h"

#include <optional>
#include <vector>

namespace fencepost {
namespace {

// Cancelled, or OK: nothing else ends the pass.
absl::Status Judge(WorkerLifecycle& lifecycle, WorkerId worker,
                   absl::StatusOr<std::optional<Fence>> fence) {
  if (!fence.ok()) {
    if (absl::IsCancelled(fence.status())) return fence.status();
    lifecycle.Note(worker, "reconcile_failed", fence.status());
    return absl::OkStatus();
  }
  if (!fence->has_value()) return absl::OkStatus();
  const absl::Status cleaned = lifecycle.CleanUp(**fence);
  return absl::IsCancelled(cleaned) ? cleaned : absl::OkStatus();
}

}  // namespace

absl::Status ReconcilePods(WorkerLifecycle& lifecycle) {
  absl::StatusOr<std::vector<PodInfo>> pods = lifecycle.runtime().Call(
      CallSite{CallTarget::kPods, "list_pods"}, [&] { return lifecycle.pods().ListPods(); });
  if (!pods.ok()) return pods.status();
  for (const PodInfo& pod : *pods) {
    if (pod.phase == PodPhase::kTerminating) continue;
    absl::Status judged = Judge(lifecycle, pod.worker, lifecycle.FenceStrandedPod(pod));
    if (!judged.ok()) return judged;
  }
  return absl::OkStatus();
}

absl::Status ReconcileSecrets(WorkerLifecycle& lifecycle) {
  absl::StatusOr<std::vector<SecretInfo>> secrets =
      lifecycle.runtime().Call(CallSite{CallTarget::kSecrets, "list_secrets"},
                               [&] { return lifecycle.secrets().ListSecrets(); });
  if (!secrets.ok()) return secrets.status();
  for (const SecretInfo& secret : *secrets) {
    absl::Status judged = Judge(lifecycle, secret.worker, lifecycle.FenceStrandedSecret(secret));
    if (!judged.ok()) return judged;
  }
  return absl::OkStatus();
}

}  // namespace fencepost
