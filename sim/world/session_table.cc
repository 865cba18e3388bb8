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
  const auto place = std::lower_bound(
      rows.begin(), rows.end(), row,
      [](const SessionRow* a, const SessionRow* b) { return a->token < b->token; });
  rows.insert(place, row);
}

void SessionTable::Take(absl::btree_map<WorkerId, Rows>& lists, const SessionRow& row) {
  const auto found = lists.find(row.worker_id);
  if (found == lists.end()) return;
  std::erase(found->second, &row);
  if (found->second.empty()) lists.erase(found);
}

void SessionTable::Clear() {
  open_of_owner_.clear();
  open_of_worker_.clear();
  of_worker_.clear();
  rows_.clear();
}

SessionRow* SessionTable::Find(const SessionToken& token) {
  const auto found = rows_.find(token);
  return found == rows_.end() ? nullptr : &found->second;
}

SessionRow& SessionTable::Insert(SessionRow row, const CpId& owner) {
  SessionToken token = row.token;
  const auto [place, inserted] = rows_.try_emplace(std::move(token), std::move(row));
  Check(inserted, "a session's token is used once");
  SessionRow& kept = place->second;
  Put(of_worker_[kept.worker_id], &kept);
  Put(open_of_worker_[kept.worker_id], &kept);
  open_of_owner_[owner].emplace(kept.token, &kept);
  return kept;
}

void SessionTable::Ended(const SessionRow& row, const CpId& owner) {
  Take(open_of_worker_, row);
  open_of_owner_[owner].erase(row.token);
}

void SessionTable::WorkerMoved(WorkerId worker, const CpId& from, const CpId& to) {
  if (from == to) return;
  for (SessionRow* const row : OpenOfWorker(worker)) {
    open_of_owner_[from].erase(row->token);
    open_of_owner_[to].emplace(row->token, row);
  }
}

void SessionTable::WorkerForgotten(WorkerId worker, const CpId& owner) {
  for (const SessionRow* const row : OpenOfWorker(worker)) open_of_owner_[owner].erase(row->token);
  open_of_worker_.erase(worker);
  for (const SessionRow* const row : OfWorker(worker)) rows_.erase(SessionToken(row->token));
  of_worker_.erase(worker);
}

SessionTable::Rows SessionTable::OpenOfOwner(const CpId& owner) const {
  Rows rows;
  const auto found = open_of_owner_.find(owner);
  if (found == open_of_owner_.end()) return rows;
  for (const auto& [token, row] : found->second) rows.push_back(row);
  return rows;
}

}  // namespace fencepost::sim
