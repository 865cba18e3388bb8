#include "core/plane/spawner.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

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
      owned_(owned),
      backoff_(runtime, config) {}

bool Spawner::HasRoom() const { return !owned_.closed() && under_way_ < config_.spawn_parallelism; }

bool Spawner::HasRoomFor(const Image& image) const {
  const auto found = under_way_of_.find(image);
  const int of_image = found == under_way_of_.end() ? 0 : found->second;
  return HasRoom() && of_image < std::max(1, config_.spawn_parallelism - 1);
}

void Spawner::Begin(const Image& image) {
  ++under_way_;
  ++under_way_of_[image];
}

void Spawner::End(const Image& image) {
  --under_way_;
  const auto found = under_way_of_.find(image);
  if (--found->second == 0) under_way_of_.erase(found);
}

// ---- What is spawned ---------------------------------------------------------------------------

absl::StatusOr<ManagedWorkerPtr> Spawner::SpawnFor(const Org& org, const Image& image,
                                                   absl::FunctionRef<void(ClaimOutcome)> answered) {
  if (owned_.closed()) return Closed();
  if (!HasRoomFor(image)) {
    return absl::ResourceExhaustedError(absl::StrCat(
        under_way_, " spawns are under way; spawn_parallelism allows no more of image ",
        image.text()));
  }
  if (absl::Status turn = backoff_.TakeTurn(image); !turn.ok()) return turn;
  Begin(image);
  const ClaimResult slot = lifecycle_.CreateOrgSlot(org, image);
  absl::Status status = slot.status();
  ManagedWorkerPtr worker;
  if (status.ok()) worker = owned_.Adopt(*slot.lease, slot.row->row());
  if (slot.error.ok()) answered(slot.outcome);
  if (status.ok()) status = Raise(worker);
  End(image);
  if (!status.ok()) return status;
  return worker;
}

absl::Status Spawner::Replenish() {
  std::vector<std::pair<Image, std::int64_t>> wanting(config_.warm_target.begin(),
                                                      config_.warm_target.end());
  // The image after the one whose turn was the last has the first turn now.
  const auto next = std::find_if(wanting.begin(), wanting.end(),
                                 [this](const auto& entry) { return last_warm_ < entry.first; });
  std::rotate(wanting.begin(), next, wanting.end());
  while (!wanting.empty() && HasRoom()) {
    std::vector<std::pair<Image, std::int64_t>> still;
    for (const auto& [image, target] : wanting) {
      if (!HasRoom()) break;
      const absl::StatusOr<bool> begun = SpawnWarm(image, target);
      if (!begun.ok()) return begun.status();
      if (*begun) still.emplace_back(image, target);
    }
    wanting = std::move(still);
  }
  return absl::OkStatus();
}

absl::StatusOr<bool> Spawner::SpawnWarm(const Image& image, std::int64_t target) {
  if (!HasRoomFor(image) || backoff_.NextTurn(image) > runtime_.Now()) return false;
  Begin(image);
  const ClaimResult slot = lifecycle_.CreateWarmSlot(image, target);
  if (!slot.claimed()) {
    End(image);
    if (absl::IsCancelled(slot.error)) return slot.error;
    return false;
  }
  // The turn may have been taken while the slot was made: the worker is raised all the same.
  backoff_.TakeTurn(image).IgnoreError();
  last_warm_ = image;
  ManagedWorkerPtr worker = owned_.Adopt(*slot.lease, slot.row->row());
  runtime_.Spawn("spawn", [this, worker = std::move(worker)] {
    Raise(worker).IgnoreError();  // noted; a later pass fills the gap
    End(worker->image);
  });
  return true;
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
  if (uid.ok()) backoff_.Succeeded(worker.image);
  absl::Status status = uid.ok() ? Publish(worker, checkout, *uid, deadline) : uid.status();
  if (status.ok() || absl::IsCancelled(status) || owned_.closed()) return status;
  if (!uid.ok()) backoff_.Failed(worker.image, status);
  events_.Note(worker.id, "spawn_failed", status);
  if (!worker.cell.dropped()) EndAsLost(lifecycle_, checkout, "spawn_failed");
  return status;
}

// ---- The steps ---------------------------------------------------------------------------------

absl::StatusOr<PodUid> Spawner::MakePod(const ManagedWorker& worker, absl::Time deadline) {
  const SecretName secret = SecretNameOf(worker.id);
  const auto closed = [this] { return owned_.closed(); };
  absl::Status made = RetryCall(runtime_, {deadline, config_.delete_backoff, closed}, [&] {
    return runtime_.CallOwning(
        CallSite{CallTarget::kSecrets, "create_secret", worker.id},
        [&secrets = secrets_, id = worker.id, secret] { return secrets.CreateSecret(id, secret); });
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
