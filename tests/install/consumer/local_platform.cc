#include "local_platform.h"

#include <utility>

#include "fencepost/core/rules/effect.h"

using namespace fencepost;

absl::StatusOr<PodInfo> LocalPlatform::CreatePod(const PodSpec& spec) {
  const std::lock_guard lock(mutex_);
  if (pods_.contains(spec.name)) return absl::AlreadyExistsError("there is such a pod");
  const PodInfo info{.worker = spec.worker,
                     .name = spec.name,
                     .uid = PodUid("uid-" + std::to_string(++last_uid_)),
                     .image = spec.image,
                     .phase = PodPhase::kReady,
                     .age = absl::ZeroDuration()};
  pods_[spec.name].info = info;
  return info;
}

absl::StatusOr<std::optional<PodInfo>> LocalPlatform::FindPod(const PodName& name) {
  const std::lock_guard lock(mutex_);
  const auto pod = pods_.find(name);
  if (pod == pods_.end()) return std::nullopt;
  return pod->second.info;
}

absl::StatusOr<std::vector<PodInfo>> LocalPlatform::ListPods() {
  const std::lock_guard lock(mutex_);
  std::vector<PodInfo> pods;
  for (const auto& [name, pod] : pods_) pods.push_back(pod.info);
  return pods;
}

absl::Status LocalPlatform::DeletePod(const Fence& fence) {
  const std::lock_guard lock(mutex_);
  const auto pod = pods_.find(fence.pod_name());
  if (pod == pods_.end()) return absl::OkStatus();
  const bool meant = fence.pod_uid().empty() ? pod->second.info.worker == fence.worker()
                                             : pod->second.info.uid == fence.pod_uid();
  if (meant) pods_.erase(pod);
  return absl::OkStatus();
}

absl::StatusOr<LocalPlatform::Pod*> LocalPlatform::Accept(const WorkerLease& lease) {
  const auto pod = pods_.find(PodNameOf(lease.worker()));
  if (pod == pods_.end()) return NotApplied("the worker does not answer");
  if (lease.epoch() < pod->second.highest_epoch) {
    return absl::FailedPreconditionError("the worker has seen a newer epoch");
  }
  pod->second.highest_epoch = lease.epoch();
  return &pod->second;
}

absl::Status LocalPlatform::Activate(const WorkerLease& lease, const Org& org,
                                     const Credentials& credentials) {
  const std::lock_guard lock(mutex_);
  const absl::StatusOr<Pod*> pod = Accept(lease);
  if (!pod.ok()) return pod.status();
  if (credentials.text != org.text())
    return absl::InvalidArgumentError("another org's credentials");
  if (!(*pod)->org.empty() && (*pod)->org != org) {
    return absl::FailedPreconditionError("the worker serves another org");
  }
  (*pod)->org = org;
  return absl::OkStatus();
}

absl::Status LocalPlatform::UpdateCredentials(const WorkerLease& lease, const Credentials&) {
  const std::lock_guard lock(mutex_);
  const absl::StatusOr<Pod*> pod = Accept(lease);
  if (pod.ok()) ++refreshes_;
  return pod.status();
}

absl::StatusOr<WorkerHealth> LocalPlatform::CheckHealth(const WorkerLease& lease) {
  const std::lock_guard lock(mutex_);
  const absl::StatusOr<Pod*> pod = Accept(lease);
  if (!pod.ok()) return pod.status();
  return WorkerHealth{
      .healthy = true, .draining = false, .pod_uid = (*pod)->info.uid, .org = (*pod)->org};
}

absl::Status LocalPlatform::CreateSecret(WorkerId worker, const SecretName& name) {
  const std::lock_guard lock(mutex_);
  secrets_.emplace(name, worker);
  return absl::OkStatus();
}

absl::StatusOr<std::vector<SecretInfo>> LocalPlatform::ListSecrets() {
  const std::lock_guard lock(mutex_);
  std::vector<SecretInfo> secrets;
  for (const auto& [name, worker] : secrets_) {
    secrets.push_back({.name = name, .worker = worker, .age = absl::ZeroDuration()});
  }
  return secrets;
}

absl::Status LocalPlatform::DeleteSecret(const Fence& fence) {
  const std::lock_guard lock(mutex_);
  secrets_.erase(SecretNameOf(fence.worker()));
  return absl::OkStatus();
}

absl::StatusOr<Credentials> LocalPlatform::Issue(const Org& org) {
  constexpr absl::Duration kLife = absl::Milliseconds(200);
  return Credentials{.text = org.text(), .valid_for = kLife, .expiry = absl::Now() + kLife};
}

int LocalPlatform::pods() {
  const std::lock_guard lock(mutex_);
  return static_cast<int>(pods_.size());
}

int LocalPlatform::secrets() {
  const std::lock_guard lock(mutex_);
  return static_cast<int>(secrets_.size());
}

int LocalPlatform::refreshes() {
  const std::lock_guard lock(mutex_);
  return refreshes_;
}
