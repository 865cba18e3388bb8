// How many workers count under the caps, from the store's commits: every one that has not ended.
#pragma once

#include <cstdint>

#include "absl/container/btree_map.h"
#include "core/events/worker_table.h"
#include "core/rules/worker.h"

namespace fencepost::properties {

class ActiveWorkers {
 public:
  void Reset();
  // REQUIRES: called for every row that was committed, in their order.
  void On(const WorkerRow& row);

  std::int64_t of_org(const Org& org) const;
  std::int64_t of_fleet() const { return of_fleet_; }

 private:
  struct Worker {
    Org org;
    bool active = false;
  };

  WorkerTable<Worker> workers_;
  absl::btree_map<Org, std::int64_t> of_org_;
  std::int64_t of_fleet_ = 0;
};

}  // namespace fencepost::properties
