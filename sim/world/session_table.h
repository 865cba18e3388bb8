// A store's sessions: by their tokens, and the open ones by their worker and by its owner.
//
// Rows keep their place in memory for as long as they are there. Whoever ends a session, or gives
// its worker to another owner, says so here.
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
  SessionRow* Find(const SessionToken& token);  // null: there is none
  // REQUIRES: the session is open, its token is new, and `owner` owns its worker.
  SessionRow& Insert(SessionRow row, const CpId& owner);
  // Its state is an ended one now. `owner` is its worker's.
  void Ended(const SessionRow& row, const CpId& owner);
  // Harmless when nothing has changed.
  void WorkerMoved(WorkerId worker, const CpId& from, const CpId& to);
  // The worker's row is removed, and its sessions with it.
  void WorkerForgotten(WorkerId worker, const CpId& owner);

  const std::map<SessionToken, SessionRow>& rows() const { return rows_; }
  const Rows& OfWorker(WorkerId worker) const { return Of(of_worker_, worker); }
  Rows OpenOfOwner(const CpId& owner) const;
  // Copy it to end sessions on the way.
  const Rows& OpenOfWorker(WorkerId worker) const { return Of(open_of_worker_, worker); }
  const absl::btree_map<WorkerId, Rows>& open() const { return open_of_worker_; }

 private:
  static const Rows& Of(const absl::btree_map<WorkerId, Rows>& lists, WorkerId worker);
  static void Put(Rows& rows, SessionRow* row);
  static void Take(absl::btree_map<WorkerId, Rows>& lists, const SessionRow& row);

  // Ordered as the store's lists are, and its nodes never move.
  std::map<SessionToken, SessionRow> rows_;
  absl::btree_map<WorkerId, Rows> of_worker_;
  absl::btree_map<WorkerId, Rows> open_of_worker_;  // no empty lists
  absl::btree_map<CpId, absl::btree_map<SessionToken, SessionRow*>> open_of_owner_;
};

}  // namespace fencepost::sim
