#include "core/plane/reconciler.h"

#include <optional>
#include <vector>

namespace fencepost {
namespace {

// Cancelled, or OK: nothing else ends the pass.
absl::Status Judge(EventSender& events, WorkerLifecycle& lifecycle, WorkerId worker,
                   absl::StatusOr<std::optional<Fence>> fence) {
  if (!fence.ok()) {
    if (absl::IsCancelled(fence.status())) return fence.status();
    events.Note(worker, "reconcile_failed", fence.status());
    return absl::OkStatus();
  }
  if (!fence->has_value()) return absl::OkStatus();
  const absl::Status cleaned = lifecycle.CleanUp(**fence);
  return absl::IsCancelled(cleaned) ? cleaned : absl::OkStatus();
}

}  // namespace

absl::Status ReconcilePods(Runtime& runtime, EventSender& events, PodRuntime& pods,
                           WorkerLifecycle& lifecycle) {
  absl::StatusOr<std::vector<PodInfo>> listed =
      runtime.Call(CallSite{CallTarget::kPods, "list_pods"}, [&] { return pods.ListPods(); });
  if (!listed.ok()) return listed.status();
  for (const PodInfo& pod : *listed) {
    if (pod.phase == PodPhase::kTerminating) continue;
    absl::Status judged = Judge(events, lifecycle, pod.worker, lifecycle.FenceStrandedPod(pod));
    if (!judged.ok()) return judged;
  }
  return absl::OkStatus();
}

absl::Status ReconcileSecrets(Runtime& runtime, EventSender& events, SecretStore& secrets,
                              WorkerLifecycle& lifecycle) {
  absl::StatusOr<std::vector<SecretInfo>> listed = runtime.Call(
      CallSite{CallTarget::kSecrets, "list_secrets"}, [&] { return secrets.ListSecrets(); });
  if (!listed.ok()) return listed.status();
  for (const SecretInfo& secret : *listed) {
    absl::Status judged =
        Judge(events, lifecycle, secret.worker, lifecycle.FenceStrandedSecret(secret));
    if (!judged.ok()) return judged;
  }
  return absl::OkStatus();
}

}  // namespace fencepost
