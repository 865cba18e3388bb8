// The clients on this control plane: it opens their sessions, renews them, and ends them.
//
// The store keeps the sessions; this class knows which of them have a client on this process, and
// renews those alone, so that a session without a client runs out. If the end of a session could
// not be written, the desk tries again until the store has answered. Belongs to one control plane's
// strand.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "absl/container/btree_map.h"
#include "absl/container/btree_set.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/events/event_sender.h"
#include "core/lifecycle/lease_cell.h"
#include "core/lifecycle/managed_worker.h"
#include "core/rules/config.h"
#include "core/rules/replies.h"
#include "core/seams/runtime.h"
#include "core/seams/session_listener.h"
#include "core/seams/worker_store.h"

namespace fencepost {

class SessionDesk {
 public:
  // `boot` tells its holders from those of other incarnations. `listener` may be null.
  SessionDesk(CpId cp, BootId boot, Runtime& runtime, const Config& config, EventSender& events,
              WorkerStore& store, SessionListener* listener);

  // Opens or reclaims a session under the checked-out lease of a hot worker, for a new holder. An
  // error leaves no session of that holder behind, or one that EndPending will end.
  absl::StatusOr<SessionHandle> Open(const ManagedWorkerPtr& worker,
                                     const LeaseCell::Checkout& checkout, const SessionId& session);
  absl::StatusOr<SessionHandle> Reclaim(const ManagedWorkerPtr& worker,
                                        const LeaseCell::Checkout& checkout,
                                        const SessionId& session);

  // Close: the client is done. Disconnect: it went away and may come back within the reconnect ttl.
  // Both return the worker that the client was on, or null when this process does not serve it.
  ManagedWorkerPtr Close(const SessionHandle& session);
  ManagedWorkerPtr Disconnect(const SessionHandle& session);

  // Renews the sessions of all clients on this process, and tells the listener which are lost.
  // Cancelled, or OK.
  absl::Status Renew();
  // Tries again to end the sessions that could not be ended. Cancelled, or OK.
  absl::Status EndPending();
  // The clients on this worker have lost it, or their sessions on it: tells the listener. Clients
  // that came since, under a later claim of the same worker, stay.
  void Forget(const ManagedWorker& worker, const absl::Status& why);

  // True if the client is on this process, and this process still owns its worker.
  bool Serves(const SessionHandle& session) const;
  // The workers that clients on this process use.
  absl::btree_set<const ManagedWorker*> Workers() const;
  std::size_t size() const { return clients_.size(); }

 private:
  enum class Ending { kClose, kDisconnect };
  struct Client {
    OperationId holder;
    ManagedWorkerPtr worker;
  };
  using Take = absl::StatusOr<SessionReply> (WorkerStore::*)(const SessionHandle&,
                                                             const WorkerLease&, absl::Duration);
  absl::StatusOr<SessionHandle> Begin(std::string_view site, Take take, Ending if_in_doubt,
                                      const ManagedWorkerPtr& worker,
                                      const LeaseCell::Checkout& checkout,
                                      const SessionId& session);
  ManagedWorkerPtr End(const SessionHandle& session, Ending ending);
  absl::Status WriteEnding(const SessionHandle& session, Ending ending);
  void Ended(const SessionHandle& session, Ending ending);
  // Null when it is not on this process.
  const Client* Find(const SessionHandle& session) const;
  void Add(const SessionHandle& session, const ManagedWorkerPtr& worker);
  // The worker that the client was on; null when the client is not on this process.
  ManagedWorkerPtr Remove(const SessionHandle& session);
  void Lose(const SessionHandle& session, const absl::Status& why);
  absl::StatusOr<std::vector<SessionHandle>> RenewSome(const std::vector<SessionHandle>& sessions);

  const CpId cp_;
  const BootId boot_;
  Runtime& runtime_;
  const Config& config_;
  EventSender& events_;
  WorkerStore& store_;
  SessionListener* const listener_;
  std::uint64_t last_holder_ = 0;
  absl::btree_map<SessionId, Client> clients_;
  // The same by their workers: a fleet that is forgotten must not look at all clients for each.
  absl::btree_set<std::pair<WorkerId, SessionId>> on_workers_;
  absl::btree_map<SessionHandle, Ending> ending_;  // not yet written to the store
};

}  // namespace fencepost
