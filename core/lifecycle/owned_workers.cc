#include "core/lifecycle/owned_workers.h"

#include <utility>

namespace fencepost {

ManagedWorkerPtr OwnedWorkers::Adopt(WorkerLease lease, const WorkerRow& row) {
  auto worker = std::make_shared<ManagedWorker>(runtime_, std::move(lease), row);
  const ManagedWorkerPtr former = std::exchange(workers_[worker->id], worker);
  if (former != nullptr) Forgotten(former);
  return worker;
}

void OwnedWorkers::Forgotten(const ManagedWorkerPtr& worker) {
  worker->cell.Drop();
  if (on_forgotten_) on_forgotten_(*worker);
}

void OwnedWorkers::Forget(const ManagedWorkerPtr& worker) {
  const auto found = workers_.find(worker->id);
  if (found != workers_.end() && found->second == worker) workers_.erase(found);
  Forgotten(worker);
}

void OwnedWorkers::ForgetAll() {
  const auto workers = std::exchange(workers_, {});
  for (const auto& [id, worker] : workers) Forgotten(worker);
}

ManagedWorkerPtr OwnedWorkers::Find(WorkerId id) const {
  const auto found = workers_.find(id);
  return found == workers_.end() ? nullptr : found->second;
}

std::vector<ManagedWorkerPtr> OwnedWorkers::Workers() const {
  std::vector<ManagedWorkerPtr> workers;
  workers.reserve(workers_.size());
  for (const auto& [id, worker] : workers_) workers.push_back(worker);
  return workers;
}

}  // namespace fencepost
