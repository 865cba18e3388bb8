#include "core/plane/upkeep.h"

#include <memory>
#include <tuple>
#include <utility>

#include "absl/container/btree_set.h"
#include "core/lifecycle/parallel.h"

namespace fencepost {

Upkeep::Upkeep(CpId cp, Runtime& runtime, const Config& config, EventSender& events,
               WorkerStore& store, WorkerLifecycle& lifecycle, OwnedWorkers& owned,
               Activator& activator, SessionDesk& sessions, WorkerPool& pool)
    : cp_(std::move(cp)),
      runtime_(runtime),
      config_(config),
      events_(events),
      store_(store),
      lifecycle_(lifecycle),
      owned_(owned),
      activator_(activator),
      sessions_(sessions),
      pool_(pool) {}

absl::Status Upkeep::RunOnce() {
  if (absl::Status ended = sessions_.EndPending(); !ended.ok()) return ended;
  if (absl::Status parked = ParkUnused(); !parked.ok()) return parked;
  return Compare();
}

// A worker whose client is on this process is in use. Of the others only the store knows which have
// a session, whose client may yet come back; it checks that in the same step.
absl::Status Upkeep::ParkUnused() {
  const absl::btree_set<const ManagedWorker*> in_use = sessions_.Workers();
  for (const ManagedWorkerPtr& worker : owned_.Workers()) {
    if (owned_.closed()) return absl::OkStatus();
    if (worker->state != WorkerState::kHot || worker->cell.checked_out()) continue;
    if (in_use.contains(worker.get())) continue;
    absl::StatusOr<LeaseCell::Checkout> checkout = worker->cell.CheckOut();
    if (absl::IsCancelled(checkout.status())) return checkout.status();
    if (checkout.ok()) pool_.Park(*worker, *checkout);
    if (worker->cell.dropped()) owned_.Forget(worker);
  }
  return absl::OkStatus();
}

absl::Status Upkeep::Compare() {
  const std::vector<ManagedWorkerPtr> remembered = owned_.Workers();
  absl::StatusOr<std::vector<OwnedWorker>> listed = runtime_.Call(
      CallSite{CallTarget::kStore, "list_owned"}, [this] { return store_.ListOwned(cp_); });
  if (absl::IsCancelled(listed.status())) return listed.status();
  if (!listed.ok()) {
    events_.Note(WorkerId{}, "upkeep_failed", listed.status());
    return absl::OkStatus();
  }

  absl::btree_set<WorkerId> ours;
  auto unknown = std::make_shared<std::vector<OwnedWorker>>();
  auto left = std::make_shared<std::vector<ManagedWorkerPtr>>();
  for (OwnedWorker& found : *listed) {
    const WorkerRow& row = found.row.row();
    ours.insert(row.worker_id);
    const ManagedWorkerPtr known = owned_.Find(row.worker_id);
    if (known == nullptr) {
      if (!lifecycle_.ClaimInFlight(row.last_operation)) unknown->push_back(std::move(found));
    } else if (!known->cell.checked_out() && known->cell.last_known() == found.lease) {
      known->Learn(row);
      if (kToBeActivated.Has(row.state)) left->push_back(known);
    }
  }
  // If the store does not list a worker that was remembered before it was asked, this control plane
  // does not own that worker.
  for (const ManagedWorkerPtr& worker : remembered) {
    if (ours.contains(worker->id) || worker->cell.checked_out()) continue;
    owned_.Forget(worker);
  }
  const auto parallelism = static_cast<std::size_t>(config_.cleanup_parallelism);
  const absl::Status taken =
      ForEachBounded(runtime_, "upkeep", unknown->size(), parallelism,
                     [this, unknown](std::size_t i) { TakeUp((*unknown)[i]); });
  if (!taken.ok()) return taken;
  return ForEachBounded(runtime_, "upkeep", left->size(), parallelism,
                        [this, left](std::size_t i) { GoOn((*left)[i]); });
}

void Upkeep::GoOn(const ManagedWorkerPtr& worker) {
  if (owned_.closed()) return;
  {
    absl::StatusOr<LeaseCell::Checkout> checkout = worker->cell.CheckOut();
    if (!checkout.ok() || !kToBeActivated.Has(worker->state)) return;
    if (activator_.Activate(*worker, *checkout).ok()) pool_.Park(*worker, *checkout);
  }
  if (worker->cell.dropped()) owned_.Forget(worker);
}

void Upkeep::TakeUp(const OwnedWorker& found) {
  const WorkerRow& row = found.row.row();
  // A claim may have adopted the worker since the listing. A draining worker is the shutdown's.
  if (owned_.closed() || owned_.Find(row.worker_id) != nullptr ||
      row.state == WorkerState::kDraining) {
    return;
  }
  if (row.state != WorkerState::kSpawning) return GoOn(owned_.Adopt(found.lease, row));
  // No activity waits for it. It ends as it was listed: if its publication, which was in doubt, has
  // landed since, the worker is well, and the next pass takes it up.
  std::ignore = lifecycle_.RetireFromSnapshot(found.row, WorkerState::kLost, "lost_spawn");
}

}  // namespace fencepost
