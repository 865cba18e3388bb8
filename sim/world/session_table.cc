#include "sim/world/session_table.h"

#include <algorithm>
#include <utility>

#include "core/rules/check.h"

namespace fencepost::sim {

const SessionTable::Rows& SessionTable::Of(const absl::btree_map<WorkerId, Rows>& lists,
                                           WorkerId worker) {
  static const Rows kNone;
  const auto found = lists.find(worker);
  return found == lists.end() ? kNone : found->second;
}

void SessionTable::Put(Rows& rows, SessionRow* row) {
  const auto place =
      std::lower_bound(rows.begin(), rows.end(), row,
                       [](const SessionRow* a, const SessionRow* b) { return a->id < b->id; });
  rows.insert(place, row);
}

void SessionTable::Take(absl::btree_map<WorkerId, Rows>& lists, const SessionRow& row) {
  const auto found = lists.find(row.worker_id);
  if (found == lists.end()) return;
  std::erase(found->second, &row);
  if (found->second.empty()) lists.erase(found);
}

void SessionTable::Clear() {
  open_of_worker_.clear();
  of_worker_.clear();
  rows_.clear();
}

SessionRow* SessionTable::Find(const SessionId& session) {
  const auto found = rows_.find(session);
  return found == rows_.end() ? nullptr : &found->second;
}

SessionRow& SessionTable::Insert(SessionRow row) {
  SessionId id = row.id;
  const auto [place, inserted] = rows_.try_emplace(std::move(id), std::move(row));
  Check(inserted, "an org uses a session's token once");
  SessionRow& kept = place->second;
  Put(of_worker_[kept.worker_id], &kept);
  Put(open_of_worker_[kept.worker_id], &kept);
  return kept;
}

void SessionTable::WorkerForgotten(WorkerId worker) {
  open_of_worker_.erase(worker);
  for (const SessionRow* const row : OfWorker(worker)) rows_.erase(SessionId(row->id));
  of_worker_.erase(worker);
}

}  // namespace fencepost::sim
