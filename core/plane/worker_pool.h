// Workers for clients: acquire one for an org, come back to it, release it.
//
// Every acquisition goes through the store: it takes a parked worker of the org, else an idle one
// of the image, else a new one. No worker is used again from memory alone. The work runs as an
// activity of its own: when a client's patience ends, the activity still finishes, and parks the
// worker.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string_view>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "core/lifecycle/lifecycle.h"
#include "core/lifecycle/owned_workers.h"
#include "core/plane/activator.h"
#include "core/plane/org_backoff.h"
#include "core/plane/session_desk.h"
#include "core/plane/spawner.h"
#include "core/rules/config.h"
#include "core/seams/runtime.h"
#include "core/seams/worker_store.h"

namespace fencepost {

struct AcquireRequest {
  Org org;
  Image image;
  SessionToken token;  // of the session to be opened; never used before
  // How long the client waits: for capacity, a pod, an activation. Zero: Config::acquire_timeout.
  absl::Duration patience;
};

// A session on a hot worker.
struct Acquired {
  WorkerId worker{};
  PodName pod_name;
  PodUid pod_uid;
  Epoch epoch{};
  SessionToken token;
};

class WorkerPool {
 public:
  WorkerPool(Runtime& runtime, const Config& config, WorkerStore& store, WorkerLifecycle& lifecycle,
             OwnedWorkers& owned, Spawner& spawner, Activator& activator, SessionDesk& sessions,
             OrgBackoff& backoff);

  // InvalidArgument: a part of the request is empty. DeadlineExceeded: patience ended. Unavailable:
  // this control plane takes no new work, or the org backs off for longer than the client waits,
  // and the message says after which failure. Cancelled. After any other error the pool tries again
  // until patience ends; the last reason is in the message.
  absl::StatusOr<Acquired> Acquire(const AcquireRequest& request);

  // A client that was disconnected, from this control plane or from one that is gone, reclaims its
  // session. NotFound: there is no live session with that token. Unavailable: another control plane
  // serves it and is alive; the message names it. Otherwise as Acquire.
  absl::StatusOr<Acquired> Reconnect(const SessionToken& token,
                                     absl::Duration patience = absl::ZeroDuration());

  // The client is done: closes its session and parks its worker. Cancelled, or OK; the upkeep
  // completes what could not be written.
  absl::Status Release(const SessionToken& token);
  // The client went away without a word and may come back within the reconnect ttl.
  absl::Status Disconnect(const SessionToken& token);

  // Parks a hot worker unless a session protects it. REQUIRES: the checkout is this worker's.
  void Park(ManagedWorker& worker, LeaseCell::Checkout& checkout);

  // Acquisitions that have not come to their end, abandoned ones included.
  int under_way() const { return under_way_; }

 private:
  struct Ticket {
    bool abandoned = false;  // nobody waits for the result any more
    absl::Time deadline;     // this process's clock
    std::optional<absl::StatusOr<Acquired>> result;
    std::unique_ptr<Signal> done;
  };
  using Service = std::function<absl::StatusOr<Acquired>(const Ticket&)>;
  using Begin = absl::Status (SessionDesk::*)(const ManagedWorkerPtr&, const LeaseCell::Checkout&,
                                              const SessionToken&);

  absl::StatusOr<Acquired> Await(std::string_view name, absl::Duration patience, Service service);
  absl::StatusOr<Acquired> ServeAcquire(const AcquireRequest& request, const Ticket& ticket);
  absl::StatusOr<Acquired> ServeReconnect(const SessionToken& token, const Ticket& ticket);
  // A worker that this control plane owns, reserved for the org.
  absl::StatusOr<ManagedWorkerPtr> Obtain(const AcquireRequest& request, absl::Time deadline);
  absl::StatusOr<ManagedWorkerPtr> TakeOver(const SessionToken& token);
  // The client of a session on a worker of this control plane has given up coming back. The session
  // must not be renewed for nobody: it is disconnected, so that it expires.
  void LetExpire(const SessionToken& token);
  // Activates the worker if necessary, then begins the session, all under one checkout.
  absl::StatusOr<Acquired> BeginSession(const ManagedWorkerPtr& worker, Begin begin,
                                        const SessionToken& token, const Ticket& ticket);

  Runtime& runtime_;
  const Config& config_;
  WorkerStore& store_;
  WorkerLifecycle& lifecycle_;
  OwnedWorkers& owned_;
  Spawner& spawner_;
  Activator& activator_;
  SessionDesk& sessions_;
  OrgBackoff& backoff_;
  int under_way_ = 0;
  std::unique_ptr<Signal> capacity_freed_;
};

}  // namespace fencepost
