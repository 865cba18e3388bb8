// Finds a store's workers: the active workers of an org or of an owner, and the workers in a state
// by their age.
//
// The index holds ids and no rows. The store must report each change of a row once, with the row
// before the change. Ended workers are only in the sets of their states, so they cost little.
#pragma once

#include <array>
#include <cstdint>
#include <utility>

#include "absl/container/btree_map.h"
#include "absl/time/time.h"
#include "core/rules/worker.h"
#include "sim/world/sorted_vector.h"

namespace fencepost::sim {

class WorkerIndex {
 public:
  using Ids = SortedVector<WorkerId>;
  using ByAge = SortedVector<std::pair<absl::Time, WorkerId>>;

  void Clear();
  void Add(const WorkerRow& row);
  void Remove(const WorkerRow& row);
  // REQUIRES: `before` is the row that was last reported for this worker.
  void Change(const WorkerRow& before, const WorkerRow& after);

  // Active workers. The empty org stands for workers that belong to no org yet.
  std::int64_t active() const { return active_; }
  const Ids& OfOrg(const Org& org) const { return Of(of_org_, org); }
  const Ids& OfOwner(const CpId& owner) const { return Of(of_owner_, owner); }
  // An owner may own no worker any more.
  const absl::btree_map<CpId, Ids>& owners() const { return of_owner_; }

  // The oldest first; workers of equal age in the order of ids.
  const ByAge& InState(WorkerState state) const { return in_state_[Place(state)]; }

 private:
  static std::size_t Place(WorkerState state) { return static_cast<std::size_t>(state); }
  template <class Key>
  static const Ids& Of(const absl::btree_map<Key, Ids>& sets, const Key& key);

  std::int64_t active_ = 0;
  // Sets that have become empty are kept, so that their memory is used again.
  absl::btree_map<Org, Ids> of_org_;
  absl::btree_map<CpId, Ids> of_owner_;
  std::array<ByAge, kWorkerStateCount> in_state_;
};

}  // namespace fencepost::sim
