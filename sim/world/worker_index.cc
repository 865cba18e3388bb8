#include "sim/world/worker_index.h"

namespace fencepost::sim {

template <class Key>
const WorkerIndex::Ids& WorkerIndex::Of(const absl::btree_map<Key, Ids>& sets, const Key& key) {
  static const Ids kNone;
  const auto found = sets.find(key);
  return found == sets.end() ? kNone : found->second;
}

template const WorkerIndex::Ids& WorkerIndex::Of(const absl::btree_map<Org, Ids>&, const Org&);
template const WorkerIndex::Ids& WorkerIndex::Of(const absl::btree_map<CpId, Ids>&, const CpId&);

void WorkerIndex::Clear() {
  active_ = 0;
  for (auto& [org, workers] : of_org_) workers.Clear();
  for (auto& [owner, workers] : of_owner_) workers.Clear();
  for (ByAge& workers : in_state_) workers.Clear();
}

void WorkerIndex::Add(const WorkerRow& row) {
  in_state_[Place(row.state)].Insert({row.state_since, row.worker_id});
  if (IsTerminal(row.state)) return;
  ++active_;
  of_org_[row.org].Insert(row.worker_id);
  of_owner_[row.owner_cp].Insert(row.worker_id);
}

void WorkerIndex::Remove(const WorkerRow& row) {
  in_state_[Place(row.state)].Erase({row.state_since, row.worker_id});
  if (IsTerminal(row.state)) return;
  --active_;
  of_org_[row.org].Erase(row.worker_id);
  of_owner_[row.owner_cp].Erase(row.worker_id);
}

// Most changes, such as a renewed lease or new credentials, leave the index as it is.
void WorkerIndex::Change(const WorkerRow& before, const WorkerRow& after) {
  const WorkerId worker = after.worker_id;
  if (IsTerminal(before.state) != IsTerminal(after.state)) {
    Remove(before);
    Add(after);
    return;
  }
  if (before.state != after.state || before.state_since != after.state_since) {
    in_state_[Place(before.state)].Erase({before.state_since, worker});
    in_state_[Place(after.state)].Insert({after.state_since, worker});
  }
  if (IsTerminal(after.state)) return;
  if (before.org != after.org) {
    of_org_[before.org].Erase(worker);
    of_org_[after.org].Insert(worker);
  }
  if (before.owner_cp != after.owner_cp) {
    of_owner_[before.owner_cp].Erase(worker);
    of_owner_[after.owner_cp].Insert(worker);
  }
}

}  // namespace fencepost::sim
