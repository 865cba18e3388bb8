// The sessions that this control plane has opened, and those that it still has to end.
//
// The store keeps the sessions; this class only knows which of them have a client on this process.
// A session whose end could not be written must not be renewed for ever, so the desk tries to end
// it again until the store has accepted that. Belongs to one control plane's strand.
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

  // Opens or reclaims a session under the checked-out lease of a hot worker. An error leaves no
  // session behind, or one that EndPending will close.
  absl::Status Open(const ManagedWorkerPtr& worker, const LeaseCell::Checkout& checkout,
                    const SessionToken& token);
  absl::Status Reclaim(const ManagedWorkerPtr& worker, const LeaseCell::Checkout& checkout,
                       const SessionToken& token);

  // Close: the client is done. Disconnect: it went away and may come back within the reconnect ttl.
  // Both return the worker that the client was on, or null when the session was not opened here.
  ManagedWorkerPtr Close(const SessionToken& token);
  ManagedWorkerPtr Disconnect(const SessionToken& token);

  // Tries again to end the sessions that could not be ended, and forgets the clients of workers
  // that this control plane no longer owns. Cancelled, or OK.
  absl::Status EndPending();
  // Forgets the worker's sessions: the store has shown that it has none under this claim. Sessions
  // that were opened since, under a later claim of the same worker, stay.
  void Forget(const ManagedWorker& worker);

  // True if its client is on this process, and this process still owns its worker.
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
  absl::btree_map<SessionToken, Ending> ending_;  // not yet written to the store
};

}  // namespace fencepost
