#include "core/worker_pool.h"

#include <utility>

namespace fencepost {

ManagedWorker::ManagedWorker(Runtime& runtime, WorkerLease lease, const WorkerRow& row)
    : id(row.worker_id),
      pod_name(row.pod_name),
      image(row.image),
      org(row.org),
      pod_uid(row.pod_uid),
      state(row.state),
      credentials_expiry(row.credentials_expiry),
      cell(runtime, std::move(lease)) {}

void ManagedWorker::Learn(const WorkerRow& row) {
  org = row.org;
  pod_uid = row.pod_uid;
  state = row.state;
  credentials_expiry = row.credentials_expiry;
}

ManagedWorkerPtr WorkerPool::Adopt(WorkerLease lease, const WorkerRow& row) {
  auto worker = std::make_shared<ManagedWorker>(runtime_, std::move(lease), row);
  ManagedWorkerPtr& entry = workers_[worker->id];
  if (entry != nullptr) entry->cell.Drop();
  entry = worker;
  return worker;
}

void WorkerPool::Forget(const ManagedWorkerPtr& worker) {
  worker->cell.Drop();
  const auto found = workers_.find(worker->id);
  if (found != workers_.end() && found->second == worker) workers_.erase(found);
}

ManagedWorkerPtr WorkerPool::Find(WorkerId id) const {
  const auto found = workers_.find(id);
  return found == workers_.end() ? nullptr : found->second;
}

std::vector<ManagedWorkerPtr> WorkerPool::Workers() const {
  std::vector<ManagedWorkerPtr> workers;
  workers.reserve(workers_.size());
  for (const auto& [id, worker] : workers_) workers.push_back(worker);
  return workers;
}

}  // namespace fencepost
