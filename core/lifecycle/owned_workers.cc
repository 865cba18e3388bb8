#include "core/lifecycle/owned_workers.h"

#include <utility>

namespace fencepost {

ManagedWorkerPtr OwnedWorkers::Adopt(WorkerLease lease, const WorkerRow& row) {
  auto worker = std::make_shared<ManagedWorker>(runtime_, std::move(lease), row);
  ManagedWorkerPtr& entry = workers_[worker->id];
  if (entry != nullptr) entry->cell.Drop();
  entry = worker;
  return worker;
}

void OwnedWorkers::Forget(const ManagedWorkerPtr& worker) {
  worker->cell.Drop();
  const auto found = workers_.find(worker->id);
  if (found != workers_.end() && found->second == worker) workers_.erase(found);
}

void OwnedWorkers::ForgetAll() {
  for (const auto& [id, worker] : workers_) worker->cell.Drop();
  workers_.clear();
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
