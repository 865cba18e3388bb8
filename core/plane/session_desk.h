// The sessions that this control plane has opened, and those that it still has to end.
//
// The store keeps the sessions; here is only which of them has a client on this process. A session
// whose end could not be written must not be renewed for ever, so it is ended again and again until
// the store has taken it. Belongs to one control plane's strand.
#pragma once

#include <cstddef>

#include "absl/container/btree_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/events/event_sender.h"
#include "core/lifecycle/lease_cell.h"
#include "core/lifecycle/managed_worker.h"
#include "core/rules/config.h"
#include "core/rules/replies.h"
#include "core/seams/runtime.h"
#include "core/seams/worker_store.h"

namespace fencepost {

class SessionDesk {
 public:
  SessionDesk(Runtime& runtime, const Config& config, EventSender& events, WorkerStore& store)
      : runtime_(runtime), config_(config), events_(events), store_(store) {}

  // Opens a session under the checked-out lease of a hot worker, or takes one up again. An error
  // leaves no session behind, or one that EndPending will close.
  absl::Status Open(const ManagedWorkerPtr& worker, const LeaseCell::Checkout& checkout,
                    const SessionToken& token);
  absl::Status Reclaim(const ManagedWorkerPtr& worker, const LeaseCell::Checkout& checkout,
                       const SessionToken& token);

  // The client is done, or it went away and may come back within the reconnect ttl. The worker that
  // it was on, or null when the session was not opened here.
  ManagedWorkerPtr Close(const SessionToken& token);
  ManagedWorkerPtr Disconnect(const SessionToken& token);

  // Tries again to end what could not be ended, and forgets the clients of workers that are ours no
  // more. Cancelled, or OK.
  absl::Status EndPending();
  // Under this lease the worker has no session, whatever is remembered here. Sessions that were
  // opened since, under a later claim of the same worker, stay.
  void Forget(const ManagedWorker& worker);

  // Its client is on this process, and its worker is still ours.
  bool Serves(const SessionToken& token) const;
  std::size_t size() const { return open_.size(); }

 private:
  enum class Ending { kClose, kDisconnect };
  using Take = absl::StatusOr<SessionReply> (WorkerStore::*)(const SessionToken&,
                                                             const WorkerLease&, absl::Duration);
  absl::Status Begin(std::string_view site, Take take, const ManagedWorkerPtr& worker,
                     const LeaseCell::Checkout& checkout, const SessionToken& token);
  ManagedWorkerPtr End(const SessionToken& token, Ending ending);
  absl::Status WriteEnding(const SessionToken& token, Ending ending);
  void Ended(const SessionToken& token, Ending ending);

  Runtime& runtime_;
  const Config& config_;
  EventSender& events_;
  WorkerStore& store_;
  absl::btree_map<SessionToken, ManagedWorkerPtr> open_;
  absl::btree_map<SessionToken, Ending> ending_;  // not yet taken by the store
};

}  // namespace fencepost
