#include "properties/active_workers.h"

#include "properties/lifecycle_edges.h"

namespace fencepost::properties {

void ActiveWorkers::Reset() {
  workers_.Clear();
  of_org_.clear();
  of_fleet_ = 0;
}

void ActiveWorkers::On(const WorkerRow& row) {
  Worker& worker = workers_[row.worker_id];
  const auto count = [&](std::int64_t sign) {
    if (!worker.active) return;
    of_fleet_ += sign;
    of_org_[worker.org] += sign;
  };
  count(-1);
  worker = {row.org, !HasEnded(row.state)};
  count(1);
}

std::int64_t ActiveWorkers::of_org(const Org& org) const {
  const auto found = of_org_.find(org);
  return found == of_org_.end() ? 0 : found->second;
}

}  // namespace fencepost::properties
