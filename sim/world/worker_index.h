// Where a store's workers are found by what it is asked for: the active ones of an org or an owner,
// those in a state by their age.
//
// It knows ids only and holds no rows: whoever changes a row says so, once, with what it was
// before. Ended workers are in no set but those of their states, so they cost nothing.
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
  // REQUIRES: `before` is what was told last of this worker.
  void Change(const WorkerRow& before, const WorkerRow& after);

  // Active workers. Of the empty org: those that nobody has yet.
  std::int64_t active() const { return active_; }
  const Ids& OfOrg(const Org& org) const { return Of(of_org_, org); }
  const Ids& OfOwner(const CpId& owner) const { return Of(of_owner_, owner); }
  // Some of them own nothing.
  const absl::btree_map<CpId, Ids>& owners() const { return of_owner_; }

  // The longest first; of equal age, in the order of ids.
  const ByAge& InState(WorkerState state) const { return in_state_[Place(state)]; }

 private:
  static std::size_t Place(WorkerState state) { return static_cast<std::size_t>(state); }
  template <class Key>
  static const Ids& Of(const absl::btree_map<Key, Ids>& sets, const Key& key);

  std::int64_t active_ = 0;
  // Sets that have become empty stay, to be used again.
  absl::btree_map<Org, Ids> of_org_;
  absl::btree_map<CpId, Ids> of_owner_;
  std::array<ByAge, kWorkerStateCount> in_state_;
};

}  // namespace fencepost::sim
