#include "sim/world/worker_index.h"

namespace fencepost::sim {

template <class Key>
const WorkerIndex::Ids& WorkerIndex::Of(const absl::btree_map<Key, Ids>& sets, const Key& key) {
  static const Ids kNone;
  const auto found = sets.find(key);
  return found == sets.end() ? kNone : found->second;
}

template <class Key>
void WorkerIndex::Drop(absl::btree_map<Key, Ids>& sets, const Key& key, WorkerId worker) {
  const auto found = sets.find(key);
  if (found == sets.end()) return;
  found->second.erase(worker);
  if (found->second.empty()) sets.erase(found);
}

template const WorkerIndex::Ids& WorkerIndex::Of(const absl::btree_map<Org, Ids>&, const Org&);
template const WorkerIndex::Ids& WorkerIndex::Of(const absl::btree_map<CpId, Ids>&, const CpId&);

void WorkerIndex::Clear() {
  active_ = 0;
  of_org_.clear();
  of_owner_.clear();
  for (ByAge& workers : in_state_) workers.clear();
}

void WorkerIndex::Add(const WorkerRow& row) {
  in_state_[Place(row.state)].emplace(row.state_since, row.worker_id);
  if (IsTerminal(row.state)) return;
  ++active_;
  of_org_[row.org].insert(row.worker_id);
  of_owner_[row.owner_cp].insert(row.worker_id);
}

void WorkerIndex::Remove(const WorkerRow& row) {
  in_state_[Place(row.state)].erase({row.state_since, row.worker_id});
  if (IsTerminal(row.state)) return;
  --active_;
  Drop(of_org_, row.org, row.worker_id);
  Drop(of_owner_, row.owner_cp, row.worker_id);
}

// Most changes leave all of it as it is: a renewed lease, new credentials.
void WorkerIndex::Change(const WorkerRow& before, const WorkerRow& after) {
  const WorkerId worker = after.worker_id;
  if (IsTerminal(before.state) != IsTerminal(after.state)) {
    Remove(before);
    Add(after);
    return;
  }
  if (before.state != after.state || before.state_since != after.state_since) {
    in_state_[Place(before.state)].erase({before.state_since, worker});
    in_state_[Place(after.state)].emplace(after.state_since, worker);
  }
  if (IsTerminal(after.state)) return;
  if (before.org != after.org) {
    Drop(of_org_, before.org, worker);
    of_org_[after.org].insert(worker);
  }
  if (before.owner_cp != after.owner_cp) {
    Drop(of_owner_, before.owner_cp, worker);
    of_owner_[after.owner_cp].insert(worker);
  }
}

}  // namespace fencepost::sim
