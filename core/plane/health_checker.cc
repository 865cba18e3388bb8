#include "core/plane/health_checker.h"

#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "core/lifecycle/end_worker.h"
#include "core/lifecycle/parallel.h"
#include "core/lifecycle/stale_lease.h"

namespace fencepost {
namespace {

constexpr StateSet kProbed{WorkerState::kIdle, WorkerState::kHot, WorkerState::kHotIdle};

}  // namespace

absl::StatusOr<int> HealthChecker::RunOnce() {
  auto probed = std::make_shared<std::vector<ManagedWorkerPtr>>();
  for (ManagedWorkerPtr& worker : owned_.Workers()) {
    if (kProbed.Has(worker->state) && !worker->cell.checked_out()) {
      probed->push_back(std::move(worker));
    }
  }
  struct Tally {
    int ended = 0;
    bool cancelled = false;
  };
  auto tally = std::make_shared<Tally>();
  const auto parallelism = static_cast<std::size_t>(config_.health_parallelism);
  const absl::Status done = ForEachBounded(runtime_, "health", probed->size(), parallelism,
                                           [this, probed, tally](auto i) {
                                             const absl::StatusOr<bool> ended = Check((*probed)[i]);
                                             if (ended.ok() && *ended) ++tally->ended;
                                             if (absl::IsCancelled(ended.status()))
                                               tally->cancelled = true;
                                           });
  if (!done.ok()) return done;
  if (tally->cancelled) return absl::CancelledError("the health check was stopped");
  return tally->ended;
}

absl::StatusOr<bool> HealthChecker::Check(const ManagedWorkerPtr& worker) {
  if (worker->cell.dropped() || worker->cell.checked_out()) return false;
  const WorkerLease judged = worker->cell.last_known();
  const absl::StatusOr<WorkerHealth> health =
      runtime_.Call(CallSite{CallTarget::kWorker, "check_health", worker->id},
                    [this, judged] { return rpc_.CheckHealth(judged); });
  if (absl::IsCancelled(health.status())) return health.status();
  // The answer is about a lease that is stale by now.
  if (worker->cell.dropped() || worker->cell.last_known() != judged) return false;
  if (health.ok() && (health->healthy || health->draining)) {
    worker->health_failures = 0;
    return false;
  }
  if (absl::IsFailedPrecondition(health.status())) {
    // The worker has seen a newer epoch: another control plane owns it, or this one's memory is out
    // of date.
    const absl::StatusOr<bool> holds = LeaseHolds(judged);
    if (!holds.ok()) return false;
    if (!*holds) {
      owned_.Forget(worker);
      return false;
    }
  }
  if (worker->health_epoch != judged.epoch()) {
    worker->health_epoch = judged.epoch();
    worker->health_failures = 0;
  }
  if (++worker->health_failures < config_.health_failures) return false;
  return End(worker, judged);
}

absl::StatusOr<bool> HealthChecker::LeaseHolds(const WorkerLease& lease) {
  absl::StatusOr<std::optional<WorkerSnapshot>> seen =
      runtime_.Call(CallSite{CallTarget::kStore, "observe", lease.worker()},
                    [&] { return store_.Observe(lease.worker()); });
  if (!seen.ok()) return seen.status();
  return seen->has_value() && !LeaseIsStale((*seen)->row(), lease);
}

bool HealthChecker::End(const ManagedWorkerPtr& worker, const WorkerLease& judged) {
  bool landed = false;
  {
    absl::StatusOr<LeaseCell::Checkout> checkout = worker->cell.CheckOut();
    if (!checkout.ok() || checkout->lease() != judged) return false;
    // The worker was parked, claimed or refreshed while this waited for the lease: the next pass
    // judges it again.
    if (worker->health_failures < config_.health_failures) return false;
    landed = EndAsLost(lifecycle_, *checkout, "unhealthy");
  }
  owned_.Forget(worker);
  return landed;
}

}  // namespace fencepost
