// How WorkerLifecycle mints fences for workers that are already dead, and what it does with a
// fence.

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "core/lifecycle/lifecycle.h"
#include "core/rules/check.h"
#include "core/rules/effect.h"

namespace fencepost {

Fence WorkerLifecycle::MintFence(const WorkerRow& row, PodUid uid, FenceOrigin origin) {
  Check(origin == FenceOrigin::kAbsentRow || kFencedStates.Has(row.state),
        "a fence needs a worker that is dead to everyone");
  Fence fence(row.worker_id, row.pod_name, std::move(uid), origin);
  events_.Send(FenceMinted{fence});
  return fence;
}

std::optional<Fence> WorkerLifecycle::FenceFromTerminal(const WorkerSnapshot& seen) {
  if (!IsTerminal(seen.row().state)) return std::nullopt;
  return MintFence(seen.row(), seen.row().pod_uid, FenceOrigin::kTerminalSnapshot);
}

absl::StatusOr<std::optional<Fence>> WorkerLifecycle::FenceStranded(WorkerId worker, PodName name,
                                                                    PodUid uid,
                                                                    absl::Duration age) {
  absl::StatusOr<std::optional<WorkerSnapshot>> seen =
      runtime_.Call(CallSite{CallTarget::kStore, "observe", worker},
                    [this, worker] { return store_.Observe(worker); });
  if (!seen.ok()) return seen.status();
  if (seen->has_value()) {
    const WorkerRow& row = (*seen)->row();
    if (!IsTerminal(row.state)) return std::nullopt;
    // A secret leads to the pod that the row has recorded. The reconciler finds any other pod.
    return MintFence(row, uid.empty() ? row.pod_uid : std::move(uid),
                     FenceOrigin::kTerminalSnapshot);
  }
  // A row exists before its pod. A pod that is younger than the spawn budget is spared
  // nevertheless: a store that has lost its latest rows must not cause their pods to be deleted.
  if (age < config_.spawn_timeout) return std::nullopt;
  WorkerRow absent;
  absent.worker_id = worker;
  absent.pod_name = std::move(name);
  return MintFence(absent, std::move(uid), FenceOrigin::kAbsentRow);
}

absl::StatusOr<std::optional<Fence>> WorkerLifecycle::FenceStrandedPod(const PodInfo& pod) {
  if (pod.name != PodNameOf(pod.worker)) {
    return absl::InvalidArgumentError(absl::StrCat("pod ", pod.name.text(), " claims worker ",
                                                   Number(pod.worker), ", whose pod is ",
                                                   PodNameOf(pod.worker).text()));
  }
  return FenceStranded(pod.worker, pod.name, pod.uid, pod.age);
}

absl::StatusOr<std::optional<Fence>> WorkerLifecycle::FenceStrandedSecret(
    const SecretInfo& secret) {
  return FenceStranded(secret.worker, PodNameOf(secret.worker), PodUid(), secret.age);
}

absl::Status WorkerLifecycle::Retrying(const CallSite& site,
                                       const std::function<absl::Status()>& call) {
  absl::Status status;
  for (int attempt = 0; attempt < config_.delete_attempts; ++attempt) {
    if (attempt > 0) {
      const absl::Time next = runtime_.Now() + config_.delete_backoff;
      if (absl::Status slept = runtime_.SleepUntil(next); !slept.ok()) return slept;
    }
    status = runtime_.CallOwning(site, call);
    if (status.ok() || absl::IsCancelled(status)) return status;
  }
  return status;
}

absl::Status WorkerLifecycle::CleanUp(const Fence& fence) {
  // A deletion that is given up may still be carried out: it has a fence of its own.
  const std::shared_ptr<const Fence> owned(
      new Fence(fence.worker_, fence.pod_name_, fence.pod_uid_, fence.origin_));
  events_.Send(PodDeletionAttempted{fence});
  absl::Status deleted = Retrying(CallSite{CallTarget::kPods, "delete_pod", fence.worker()},
                                  [&pods = pods_, owned] { return pods.DeletePod(*owned); });
  if (!deleted.ok()) {
    if (!absl::IsCancelled(deleted)) events_.Note(fence.worker(), "pod_deletion_gave_up", deleted);
    return deleted;
  }
  absl::Status secret =
      Retrying(CallSite{CallTarget::kSecrets, "delete_secret", fence.worker()},
               [&secrets = secrets_, owned] { return secrets.DeleteSecret(*owned); });
  if (!secret.ok() && !absl::IsCancelled(secret)) {
    events_.Note(fence.worker(), "secret_deletion_gave_up", secret);
  }
  // The worker can be retired once its pod is deleted. The reconciler removes a secret that is
  // left.
  return absl::IsCancelled(secret) ? secret : absl::OkStatus();
}

void WorkerLifecycle::ScheduleCleanup(Fence fence) {
  cleanups_.push_back(std::move(fence));
  if (cleanup_activities_ >= config_.cleanup_parallelism) return;
  ++cleanup_activities_;
  runtime_.Spawn("cleanup", [this] { RunCleanups(); });
}

void WorkerLifecycle::RunCleanups() {
  while (!cleanups_.empty()) {
    const Fence fence = std::move(cleanups_.front());
    cleanups_.pop_front();
    if (absl::IsCancelled(CleanUp(fence))) break;
  }
  --cleanup_activities_;
  cleanups_done_->NotifyAll();
}

absl::Status WorkerLifecycle::AwaitCleanups() {
  while (cleanup_activities_ > 0) {
    if (absl::Status woken = cleanups_done_->WaitUntil(absl::InfiniteFuture()); !woken.ok()) {
      return woken;
    }
  }
  return absl::OkStatus();
}

}  // namespace fencepost
