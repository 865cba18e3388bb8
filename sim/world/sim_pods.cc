#include "sim/world/sim_pods.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "core/rules/effect.h"
#include "sim/world/world_objects.h"

namespace fencepost::sim {

void SimPods::Reset() {
  pods_.clear();
  by_name_.clear();
  by_worker_.clear();
  dying_.Clear();
  failing_starts_ = 0;
  listings_cut_until_ = VirtualTime();
  broken_.clear();
  refused_until_.clear();
  refused_activations_ = 0;
  start_time_ = std::chrono::seconds(2);
  grace_ = std::chrono::seconds(10);
}

void SimPods::Emit(std::string_view source, EventBody body) {
  observer_.On(Event{.source = source, .activity = {}, .body = body});
}

const std::vector<std::size_t>& SimPods::Of(WorkerId worker) const {
  static const std::vector<std::size_t> kNone;
  const auto found = by_worker_.find(worker);
  return found == by_worker_.end() ? kNone : found->second;
}

SimPod* SimPods::Living(const PodName& name) {
  const auto found = by_name_.find(name);
  if (found == by_name_.end()) return nullptr;
  SimPod& pod = pods_[found->second];
  return pod.Exists(engine_.Now()) ? &pod : nullptr;
}

SimPod* SimPods::Serving(WorkerId worker) {
  const VirtualTime now = engine_.Now();
  for (const std::size_t place : Of(worker)) {
    if (pods_[place].Serves(now)) return &pods_[place];
  }
  return nullptr;
}

PodInfo SimPods::Describe(const SimPod& pod) const {
  const VirtualTime now = engine_.Now();
  PodPhase phase = PodPhase::kStarting;
  if (pod.terminating <= now) {
    phase = PodPhase::kTerminating;
  } else if (pod.ready <= now) {
    phase = pod.fails ? PodPhase::kFailed : PodPhase::kReady;
  }
  return PodInfo{.worker = pod.worker,
                 .name = pod.name,
                 .uid = pod.uid,
                 .image = pod.image,
                 .phase = phase,
                 .age = absl::Nanoseconds((now - pod.created).count())};
}

void SimPods::ReportGone() {
  const VirtualTime now = engine_.Now();
  const auto is_gone = [&](std::size_t place) { return !pods_[place].Exists(now); };
  if (std::none_of(dying_.begin(), dying_.end(), is_gone)) return;
  const SortedVector<std::size_t> dying = dying_;
  for (const std::size_t place : dying) {
    if (!is_gone(place)) continue;
    const SimPod& pod = pods_[place];
    TouchWorker(engine_, pod.worker);
    std::erase(by_worker_[pod.worker], place);
    by_name_.erase(pod.name);
    dying_.Erase(place);
    Emit("pods", PodGone{pod.worker, pod.uid});
  }
}

void SimPods::Terminate(SimPod& pod, const Fence* fence) {
  const VirtualTime now = engine_.Now();
  if (pod.terminating <= now) return;
  pod.terminating = now;
  pod.gone = now + grace_ + pod.lingers;
  dying_.Insert(static_cast<std::size_t>(&pod - pods_.data()));
  static const PodUid kNone;
  Emit("pods", PodDeleted{.worker = pod.worker,
                          .name = pod.name,
                          .uid = pod.uid,
                          .by_request = fence != nullptr,
                          .named_uid = fence == nullptr ? kNone : fence->pod_uid()});
}

absl::StatusOr<PodInfo> SimPods::CreatePod(const PodSpec& spec) {
  ReportGone();
  if (Living(spec.name) != nullptr) {
    return absl::AlreadyExistsError(absl::StrCat("pod ", spec.name.text(), " exists"));
  }
  SimPod& pod = pods_.emplace_back();
  pod.worker = spec.worker;
  pod.name = spec.name;
  pod.uid = PodUid(absl::StrCat("uid-", pods_.size()));
  pod.image = spec.image;
  pod.created = engine_.Now();
  pod.ready = pod.created + start_time_;
  pod.fails = failing_starts_ > 0;
  if (pod.fails) --failing_starts_;
  if (const auto broken = broken_.find(pod.image); broken != broken_.end()) {
    pod.fails = !broken->second;
    if (broken->second) pod.ready = VirtualTime::Never();
  }
  by_name_[pod.name] = pods_.size() - 1;
  by_worker_[pod.worker].push_back(pods_.size() - 1);
  Emit("pods", PodStarted{pod.worker, pod.name, pod.uid, pod.image});
  return Describe(pod);
}

absl::StatusOr<std::optional<PodInfo>> SimPods::FindPod(const PodName& name) {
  ReportGone();
  const SimPod* pod = Living(name);
  if (pod == nullptr) return std::nullopt;
  return Describe(*pod);
}

absl::StatusOr<std::vector<PodInfo>> SimPods::ListPods() {
  ReportGone();
  std::vector<PodInfo> found;
  const bool cut = engine_.Now() < listings_cut_until_;
  for (const auto& [name, place] : by_name_) {
    if (!cut || place % 2 == 0) found.push_back(Describe(pods_[place]));
  }
  return found;
}

absl::Status SimPods::DeletePod(const Fence& fence) {
  ReportGone();
  SimPod* pod = Living(fence.pod_name());
  if (pod == nullptr) return absl::OkStatus();
  const bool covered =
      fence.pod_uid().empty() ? pod->worker == fence.worker() : pod->uid == fence.pod_uid();
  if (covered) Terminate(*pod, &fence);
  return absl::OkStatus();
}

absl::StatusOr<SimPod*> SimPods::Accept(const WorkerLease& lease, std::string_view call,
                                        const Org* org) {
  SimPod* pod = Serving(lease.worker());
  if (pod == nullptr) return NotApplied("no pod answers for this worker");
  if (lease.epoch() < pod->highest_epoch) {
    if (org != nullptr) ++refused_activations_;
    Emit("worker", WorkerRefused{pod->worker, pod->uid, call, lease.epoch(), pod->highest_epoch});
    return absl::FailedPreconditionError("the worker has seen a newer epoch");
  }
  if (org != nullptr && !pod->org.empty() && pod->org != *org) {
    if (org != nullptr) ++refused_activations_;
    Emit("worker", WorkerRefused{pod->worker, pod->uid, call, lease.epoch(), pod->highest_epoch});
    return absl::FailedPreconditionError("the worker serves another org");
  }
  pod->highest_epoch = lease.epoch();
  if (org != nullptr) pod->org = *org;
  Emit("worker", WorkerAccepted{pod->worker, pod->uid, call, lease.epoch(), org});
  return pod;
}

absl::Status SimPods::CheckCredentials(const Org& org) {
  const auto refused = refused_until_.find(org);
  if (refused == refused_until_.end() || refused->second <= engine_.Now()) return absl::OkStatus();
  Emit("worker", CredentialsRefused{org});
  return absl::PermissionDeniedError("the worker refuses the org's credentials");
}

absl::Status SimPods::Activate(const WorkerLease& lease, const Org& org, const Credentials&) {
  const SimPod* const pod = Serving(lease.worker());
  if (pod != nullptr && pod->refuses_activation) {
    ++refused_activations_;
    return absl::FailedPreconditionError("the worker cannot be activated");
  }
  if (pod != nullptr) {
    if (absl::Status accepted = CheckCredentials(org); !accepted.ok()) return accepted;
  }
  return Accept(lease, "activate", &org).status();
}

absl::Status SimPods::UpdateCredentials(const WorkerLease& lease, const Credentials&) {
  if (const SimPod* const pod = Serving(lease.worker()); pod != nullptr) {
    if (absl::Status accepted = CheckCredentials(pod->org); !accepted.ok()) return accepted;
  }
  return Accept(lease, "update_credentials", nullptr).status();
}

absl::StatusOr<WorkerHealth> SimPods::CheckHealth(const WorkerLease& lease) {
  absl::StatusOr<SimPod*> pod = Accept(lease, "check_health", nullptr);
  if (!pod.ok()) return pod.status();
  const SimPod& found = **pod;
  return WorkerHealth{.healthy = !found.unhealthy && !found.draining,
                      .draining = found.draining,
                      .pod_uid = found.uid,
                      .org = found.org};
}

bool SimPods::Lives(WorkerId worker) const {
  const std::vector<std::size_t>& places = Of(worker);
  return std::any_of(places.begin(), places.end(),
                     [&](std::size_t place) { return engine_.Now() < pods_[place].terminating; });
}

void SimPods::Kill(WorkerId worker) {
  TouchWorker(engine_, worker);
  for (const std::size_t place : Of(worker)) Terminate(pods_[place], nullptr);
}

void SimPods::SetHealth(WorkerId worker, bool SimPod::*flag, bool value) {
  TouchWorker(engine_, worker);
  for (const std::size_t place : Of(worker)) {
    SimPod& pod = pods_[place];
    const auto healthy = [&pod] { return !pod.unhealthy && !pod.refuses_activation; };
    const bool before = healthy();
    pod.*flag = value;
    if (before != healthy()) Emit("worker", WorkerHealthChanged{worker, pod.uid, healthy()});
  }
}

void SimPods::set_unhealthy(WorkerId worker, bool unhealthy) {
  SetHealth(worker, &SimPod::unhealthy, unhealthy);
}

void SimPods::set_refuses_activation(WorkerId worker, bool refuses) {
  SetHealth(worker, &SimPod::refuses_activation, refuses);
}

void SimPods::set_draining(WorkerId worker, bool draining) {
  TouchWorker(engine_, worker);
  for (const std::size_t place : Of(worker)) pods_[place].draining = draining;
}

void SimPods::Restart(WorkerId worker) {
  TouchWorker(engine_, worker);
  for (const std::size_t place : Of(worker)) {
    SimPod& pod = pods_[place];
    const bool served = !pod.org.empty();
    pod.org = Org();
    pod.highest_epoch = Epoch{};
    if (served) Emit("worker", WorkerHealthChanged{worker, pod.uid, false});
  }
}

void SimPods::RefuseOrg(const Org& org, VirtualTime until) {
  engine_.TouchEverything();
  refused_until_[org] = until;
}

void SimPods::CutListings(VirtualTime until) {
  engine_.TouchEverything();
  listings_cut_until_ = until;
}

void SimPods::StickAtTheEnd(WorkerId worker, VirtualDuration time) {
  TouchWorker(engine_, worker);
  for (const std::size_t place : Of(worker)) pods_[place].lingers = time;
}

void SimPods::Recreate(WorkerId worker) {
  engine_.TouchEverything();
  for (const std::size_t place : Of(worker)) {
    SimPod& pod = pods_[place];
    if (!pod.Exists(engine_.Now())) continue;
    const PodSpec again{.worker = worker, .name = pod.name, .image = pod.image, .secret = {}};
    Terminate(pod, nullptr);
    pod.gone = engine_.Now();
    CreatePod(again).IgnoreError();
    return;
  }
}

}  // namespace fencepost::sim
