// The sessions of a store, indexed by their ids and by their workers; open sessions also by worker.
//
// A row keeps its place in memory for as long as it exists. The store must report here when it ends
// a session.
#pragma once

#include <map>
#include <vector>

#include "absl/container/btree_map.h"
#include "core/rules/worker.h"

namespace fencepost::sim {

class SessionTable {
 public:
  using Rows = std::vector<SessionRow*>;  // in the order of ids

  void Clear();
  SessionRow* Find(const SessionId& session);  // null when there is no such session
  // REQUIRES: the session is open and its id is new.
  SessionRow& Insert(SessionRow row);
  // The session has ended.
  void Ended(const SessionRow& row) { Take(open_of_worker_, row); }
  // Removes the sessions of a worker whose row is removed.
  void WorkerForgotten(WorkerId worker);

  const std::map<SessionId, SessionRow>& rows() const { return rows_; }
  const Rows& OfWorker(WorkerId worker) const { return Of(of_worker_, worker); }
  // The list changes when a session ends: copy it before ending sessions in a loop.
  const Rows& OpenOfWorker(WorkerId worker) const { return Of(open_of_worker_, worker); }
  const absl::btree_map<WorkerId, Rows>& open() const { return open_of_worker_; }

 private:
  static const Rows& Of(const absl::btree_map<WorkerId, Rows>& lists, WorkerId worker);
  static void Put(Rows& rows, SessionRow* row);
  static void Take(absl::btree_map<WorkerId, Rows>& lists, const SessionRow& row);

  // In the order of the store's lists; the nodes of a std::map never move.
  std::map<SessionId, SessionRow> rows_;
  absl::btree_map<WorkerId, Rows> of_worker_;
  absl::btree_map<WorkerId, Rows> open_of_worker_;  // no empty lists
};

}  // namespace fencepost::sim
