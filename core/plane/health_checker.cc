#include "core/plane/health_checker.h"

#include <algorithm>
#include <functional>
#include <optional>
#include <utility>

#include "core/lifecycle/end_worker.h"
#include "core/lifecycle/parallel.h"
#include "core/lifecycle/stale_lease.h"
#include "core/lifecycle/worker_pod.h"

namespace fencepost {
namespace {

constexpr StateSet kProbed{WorkerState::kIdle, WorkerState::kHot, WorkerState::kHotIdle};

}  // namespace

absl::StatusOr<int> HealthChecker::RunOnce() {
  auto probes = std::make_shared<std::vector<Probe>>();
  for (ManagedWorkerPtr& worker : owned_.Workers()) {
    if (!kProbed.Has(worker->state) || worker->cell.checked_out()) continue;
    const WorkerLease judged = worker->cell.last_known();
    probes->push_back({.worker = std::move(worker), .judged = judged});
  }
  absl::Status asked = ForEach(probes, [this](Probe& probe) {
    const absl::StatusOr<Answer> answer = Ask(probe.worker, probe.judged);
    if (answer.ok()) probe.answer = *answer;
    return answer.status();
  });
  if (!asked.ok()) return asked;

  const auto count = [&](Answer answer) {
    return std::count_if(probes->begin(), probes->end(),
                         [answer](const Probe& probe) { return probe.answer == answer; });
  };
  const bool most_are_silent = count(Answer::kSilent) > count(Answer::kWell) + count(Answer::kSick);
  // A verdict takes calls. Almost every worker is well, and needs none.
  auto failing = std::make_shared<std::vector<Probe>>();
  for (Probe& probe : *probes) {
    const int failures = CountFailure(probe, most_are_silent);
    if (failures >= config_.health_failures) failing->push_back(std::move(probe));
  }
  auto ended = std::make_shared<int>(0);
  absl::Status judged = ForEach(failing, [this, ended, most_are_silent](Probe& probe) {
    const absl::StatusOr<bool> over = Judge(probe, most_are_silent);
    if (over.ok() && *over) ++*ended;
    return over.status();
  });
  if (!judged.ok()) return judged;
  return *ended;
}

absl::Status HealthChecker::ForEach(const Probes& probes,
                                    std::function<absl::Status(Probe&)> step) {
  auto cancelled = std::make_shared<bool>(false);
  absl::Status done = ForEachBounded(runtime_, "health", probes->size(),
                                     static_cast<std::size_t>(config_.health_parallelism),
                                     [probes, cancelled, step = std::move(step)](std::size_t i) {
                                       if (absl::IsCancelled(step((*probes)[i]))) *cancelled = true;
                                     });
  if (!done.ok()) return done;
  return *cancelled ? absl::CancelledError("the health check was stopped") : absl::OkStatus();
}

absl::StatusOr<HealthChecker::Answer> HealthChecker::Ask(const ManagedWorkerPtr& worker,
                                                         const WorkerLease& judged) {
  const auto moved = [&] { return worker->cell.dropped() || worker->cell.last_known() != judged; };
  if (moved() || worker->cell.checked_out()) return Answer::kNone;
  const absl::StatusOr<WorkerHealth> health =
      runtime_.CallOwning(CallSite{CallTarget::kWorker, "check_health", worker->id},
                          [&rpc = rpc_, judged] { return rpc.CheckHealth(judged); });
  if (absl::IsCancelled(health.status())) return health.status();
  // The answer is about a lease that is stale by now.
  if (moved()) return Answer::kNone;
  if (health.ok()) return Weigh(*worker, *health);
  if (!absl::IsFailedPrecondition(health.status())) return Answer::kSilent;
  // The worker has seen a newer epoch: another control plane owns it, or this one's memory is out
  // of date.
  const absl::StatusOr<bool> holds = LeaseHolds(judged);
  if (absl::IsCancelled(holds.status())) return holds.status();
  if (!holds.ok()) return Answer::kNone;
  if (*holds) return Answer::kSick;
  owned_.Forget(worker);
  return Answer::kNone;
}

HealthChecker::Answer HealthChecker::Weigh(const ManagedWorker& worker,
                                           const WorkerHealth& health) {
  if (health.pod_uid != worker.pod_uid) return Answer::kSilent;  // the platform knows what became
  // A parked worker is activated before it serves again, and may have been given back before its
  // first activation reached it.
  const bool may_serve_none = worker.state == WorkerState::kHotIdle;
  if (health.org != worker.org && !(may_serve_none && health.org.empty())) return Answer::kSick;
  return health.healthy || health.draining ? Answer::kWell : Answer::kSick;
}

int HealthChecker::CountFailure(const Probe& probe, bool most_are_silent) {
  ManagedWorker& worker = *probe.worker;
  if (worker.cell.dropped() || probe.answer == Answer::kNone) return 0;
  if (probe.answer == Answer::kWell) {
    worker.unreachable_failures = 0;
    return worker.health_failures = 0;
  }
  // While most are silent, silence says nothing about this worker, and later on neither.
  if (probe.answer == Answer::kSilent && !most_are_silent) ++worker.unreachable_failures;
  return ++worker.health_failures;
}

absl::StatusOr<bool> HealthChecker::Judge(const Probe& probe, bool most_are_silent) {
  const ManagedWorkerPtr& worker = probe.worker;
  if (worker->cell.dropped()) return false;
  if (probe.answer == Answer::kSick) return End(worker, probe.judged, "unhealthy");

  const absl::StatusOr<bool> lives = PodLives(*worker);
  if (!lives.ok()) {
    // Neither the worker nor the platform answers: that says more about this control plane.
    if (absl::IsCancelled(lives.status())) return lives.status();
    events_.Note(worker->id, "health_unknown", lives.status());
    return false;
  }
  if (!*lives) return End(worker, probe.judged, "pod_gone");
  if (most_are_silent || worker->unreachable_failures < config_.unreachable_failures) return false;
  return End(worker, probe.judged, "unreachable");
}

absl::StatusOr<bool> HealthChecker::PodLives(const ManagedWorker& worker) {
  const absl::StatusOr<std::optional<PodInfo>> pod = FindPod(runtime_, pods_, worker);
  if (!pod.ok()) return pod.status();
  if (!pod->has_value() || (*pod)->uid != worker.pod_uid) return false;
  return (*pod)->phase == PodPhase::kStarting || (*pod)->phase == PodPhase::kReady;
}

absl::StatusOr<bool> HealthChecker::LeaseHolds(const WorkerLease& lease) {
  absl::StatusOr<std::optional<WorkerSnapshot>> seen =
      runtime_.Call(CallSite{CallTarget::kStore, "observe", lease.worker()},
                    [&] { return store_.Observe(lease.worker()); });
  if (!seen.ok()) return seen.status();
  return seen->has_value() && !LeaseIsStale((*seen)->row(), lease);
}

bool HealthChecker::End(const ManagedWorkerPtr& worker, const WorkerLease& judged,
                        const char* reason) {
  bool landed = false;
  {
    absl::StatusOr<LeaseCell::Checkout> checkout = worker->cell.CheckOut();
    if (!checkout.ok() || checkout->lease() != judged) return false;
    // The worker answered another probe while this waited for the lease.
    if (worker->health_failures < config_.health_failures) return false;
    landed = EndAsLost(lifecycle_, *checkout, reason);
  }
  owned_.Forget(worker);
  return landed;
}

}  // namespace fencepost
