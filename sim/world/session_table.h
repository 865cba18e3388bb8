// The sessions of a store, indexed by token; open sessions also by worker and by the worker's
// owner.
//
// A row keeps its place in memory for as long as it exists. The store must report here when it ends
// a session and when it gives a worker to another owner.
#pragma once

#include <map>
#include <vector>

#include "absl/container/btree_map.h"
#include "core/rules/worker.h"

namespace fencepost::sim {

class SessionTable {
 public:
  using Rows = std::vector<SessionRow*>;  // in the order of tokens

  void Clear();
  SessionRow* Find(const SessionToken& token);  // null when there is no such session
  // REQUIRES: the session is open, its token is new, and `owner` owns its worker.
  SessionRow& Insert(SessionRow row, const CpId& owner);
  // The session has ended. REQUIRES: `owner` owns its worker.
  void Ended(const SessionRow& row, const CpId& owner);
  // The worker has changed hands; no effect when `from` and `to` are the same.
  void WorkerMoved(WorkerId worker, const CpId& from, const CpId& to);
  // Removes the sessions of a worker whose row is removed.
  void WorkerForgotten(WorkerId worker, const CpId& owner);

  const std::map<SessionToken, SessionRow>& rows() const { return rows_; }
  const Rows& OfWorker(WorkerId worker) const { return Of(of_worker_, worker); }
  Rows OpenOfOwner(const CpId& owner) const;
  // The list changes when a session ends: copy it before ending sessions in a loop.
  const Rows& OpenOfWorker(WorkerId worker) const { return Of(open_of_worker_, worker); }
  const absl::btree_map<WorkerId, Rows>& open() const { return open_of_worker_; }

 private:
  static const Rows& Of(const absl::btree_map<WorkerId, Rows>& lists, WorkerId worker);
  static void Put(Rows& rows, SessionRow* row);
  static void Take(absl::btree_map<WorkerId, Rows>& lists, const SessionRow& row);

  // In the order of the store's lists; the nodes of a std::map never move.
  std::map<SessionToken, SessionRow> rows_;
  absl::btree_map<WorkerId, Rows> of_worker_;
  absl::btree_map<WorkerId, Rows> open_of_worker_;  // no empty lists
  absl::btree_map<CpId, absl::btree_map<SessionToken, SessionRow*>> open_of_owner_;
};

}  // namespace fencepost::sim
