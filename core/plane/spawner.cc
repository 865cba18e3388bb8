#include "core/plane/spawner.h"

#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "core/lifecycle/end_worker.h"
#include "core/lifecycle/retry.h"
#include "core/lifecycle/worker_pod.h"
#include "core/rules/effect.h"

namespace fencepost {
namespace {

absl::Status Closed() { return absl::UnavailableError("the control plane takes no new work"); }

}  // namespace

Spawner::Spawner(Runtime& runtime, const Config& config, EventSender& events, PodRuntime& pods,
                 SecretStore& secrets, WorkerLifecycle& lifecycle, OwnedWorkers& owned)
    : runtime_(runtime),
      config_(config),
      events_(events),
      pods_(pods),
      secrets_(secrets),
      lifecycle_(lifecycle),
      owned_(owned) {}

bool Spawner::HasRoom() const { return !owned_.closed() && under_way_ < config_.spawn_parallelism; }

// ---- What is spawned ---------------------------------------------------------------------------

absl::StatusOr<ManagedWorkerPtr> Spawner::SpawnFor(const Org& org, const Image& image,
                                                   absl::FunctionRef<void()> slot_granted) {
  if (owned_.closed()) return Closed();
  if (!HasRoom()) {
    return absl::ResourceExhaustedError(
        absl::StrCat(under_way_, " spawns are under way; spawn_parallelism allows no more"));
  }
  ++under_way_;
  const ClaimResult slot = lifecycle_.CreateOrgSlot(org, image);
  absl::Status status = slot.status();
  ManagedWorkerPtr worker;
  if (status.ok()) {
    worker = owned_.Adopt(*slot.lease, slot.row->row());
    slot_granted();
    status = Raise(worker);
  }
  --under_way_;
  if (!status.ok()) return status;
  return worker;
}

absl::Status Spawner::Replenish() {
  for (const auto& [image, target] : config_.warm_target) {
    while (HasRoom()) {
      ++under_way_;
      const ClaimResult slot = lifecycle_.CreateWarmSlot(image, target);
      if (!slot.claimed()) {
        --under_way_;
        if (absl::IsCancelled(slot.error)) return slot.error;
        break;
      }
      ManagedWorkerPtr worker = owned_.Adopt(*slot.lease, slot.row->row());
      runtime_.Spawn("spawn", [this, worker = std::move(worker)] {
        Raise(worker).IgnoreError();  // noted; the next pass fills the gap
        --under_way_;
      });
    }
  }
  return absl::OkStatus();
}

absl::Status Spawner::Raise(const ManagedWorkerPtr& worker) {
  absl::Status status;
  {
    absl::StatusOr<LeaseCell::Checkout> checkout = worker->cell.CheckOut();
    status = checkout.ok() ? RaiseUnderLease(*worker, *checkout) : checkout.status();
  }
  if (worker->cell.dropped()) owned_.Forget(worker);
  return status;
}

absl::Status Spawner::RaiseUnderLease(ManagedWorker& worker, LeaseCell::Checkout& checkout) {
  const absl::Time deadline = runtime_.Now() + config_.spawn_timeout;
  const absl::StatusOr<PodUid> uid = MakePod(worker, deadline);
  absl::Status status = uid.ok() ? Publish(worker, checkout, *uid, deadline) : uid.status();
  if (status.ok() || absl::IsCancelled(status) || owned_.closed()) return status;
  events_.Note(worker.id, "spawn_failed", status);
  if (!worker.cell.dropped()) EndAsLost(lifecycle_, checkout, "spawn_failed");
  return status;
}

// ---- The steps ---------------------------------------------------------------------------------

absl::StatusOr<PodUid> Spawner::MakePod(const ManagedWorker& worker, absl::Time deadline) {
  const SecretName secret = SecretNameOf(worker.id);
  const auto closed = [this] { return owned_.closed(); };
  absl::Status made = RetryCall(runtime_, {deadline, config_.delete_backoff, closed}, [&] {
    return runtime_.Call(CallSite{CallTarget::kSecrets, "create_secret", worker.id},
                         [&] { return secrets_.CreateSecret(worker.id, secret); });
  });
  if (!made.ok()) return made;
  absl::StatusOr<PodUid> created = CreatePod(worker, deadline);
  if (!created.ok()) return created;
  return AwaitReady(worker, deadline);
}

absl::StatusOr<PodUid> Spawner::CreatePod(const ManagedWorker& worker, absl::Time deadline) {
  const PodSpec spec{.worker = worker.id,
                     .name = worker.pod_name,
                     .image = worker.image,
                     .secret = SecretNameOf(worker.id)};
  PodUid uid;
  const auto closed = [this] { return owned_.closed(); };
  absl::Status made = RetryCall(runtime_, {deadline, config_.delete_backoff, closed}, [&] {
    if (owned_.closed()) return Closed();
    absl::StatusOr<PodInfo> pod =
        runtime_.CallOwning(CallSite{CallTarget::kPods, "create_pod", worker.id},
                            [&pods = pods_, spec] { return pods.CreatePod(spec); });
    if (pod.ok()) uid = pod->uid;
    return pod.status();
  });
  // An earlier attempt, whose reply was lost, has created the pod. AwaitReady checks whose it is.
  if (absl::IsAlreadyExists(made)) return uid;
  if (!made.ok()) return made;
  return uid;
}

absl::StatusOr<PodUid> Spawner::AwaitReady(const ManagedWorker& worker, absl::Time deadline) {
  for (;;) {
    if (owned_.closed()) return Closed();
    const absl::StatusOr<std::optional<PodInfo>> found = FindPod(runtime_, pods_, worker);
    if (absl::IsCancelled(found.status())) return found.status();
    if (found.ok()) {
      if (!found->has_value()) return absl::NotFoundError("the pod is gone before it was ready");
      const PodInfo& pod = **found;
      if (pod.worker != worker.id) {
        return absl::AlreadyExistsError(
            absl::StrCat("pod ", pod.name.text(), " belongs to worker ", Number(pod.worker)));
      }
      if (pod.phase == PodPhase::kReady) return pod.uid;
      if (pod.phase != PodPhase::kStarting) return absl::InternalError("the pod did not start");
    }
    const absl::Time next = runtime_.Now() + config_.pod_poll;
    if (next > deadline) return absl::DeadlineExceededError("the pod was not ready in time");
    if (absl::Status slept = runtime_.SleepUntil(next); !slept.ok()) return slept;
  }
}

absl::Status Spawner::Publish(ManagedWorker& worker, LeaseCell::Checkout& checkout,
                              const PodUid& uid, absl::Time deadline) {
  const auto closed = [this] { return owned_.closed(); };
  TransitionResult published =
      RetryTransition(runtime_, {deadline, config_.settle_backoff, closed}, [&] {
        return worker.org.empty() ? lifecycle_.PublishIdle(checkout.lease(), uid)
                                  : lifecycle_.PublishReserved(checkout.lease(), uid);
      });
  if (published.landed()) {
    worker.Learn(published.row->row());
    return absl::OkStatus();
  }
  if (published.outcome != TransitionOutcome::kStoreError) checkout.Drop();
  // If another control plane has ended the worker, perhaps before it had a pod, this pod is dead
  // too.
  if (published.row.has_value()) {
    std::optional<Fence> fence = lifecycle_.FenceFromTerminal(*published.row);
    if (fence.has_value()) lifecycle_.ScheduleCleanup(*std::move(fence));
  }
  if (!published.error.ok()) return published.error;
  return absl::FailedPreconditionError(
      absl::StrCat("not published: ", std::string(OutcomeName(published.outcome))));
}

}  // namespace fencepost
