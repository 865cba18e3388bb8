// Workers for clients: acquire one for an org, come back to it, release it.
//
// Every acquisition goes through the store: it takes a parked worker of the org, else an idle one
// of the image, else a new one. No worker is used again from memory alone. An attempt to serve a
// client runs as an activity of its own: when the client's patience ends, the activity still
// finishes, and parks the worker. Between two attempts a request waits in line, and no activity
// waits with it.
#pragma once

#include <memory>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "core/lifecycle/lifecycle.h"
#include "core/lifecycle/owned_workers.h"
#include "core/plane/activator.h"
#include "core/plane/backoff.h"
#include "core/plane/session_desk.h"
#include "core/plane/spawner.h"
#include "core/plane/ticket.h"
#include "core/plane/waiting_line.h"
#include "core/rules/config.h"
#include "core/seams/runtime.h"
#include "core/seams/worker_store.h"

namespace fencepost {

class WorkerPool {
 public:
  WorkerPool(Runtime& runtime, const Config& config, WorkerStore& store, WorkerLifecycle& lifecycle,
             OwnedWorkers& owned, Spawner& spawner, Activator& activator, SessionDesk& sessions,
             OrgBackoff& backoff);

  // InvalidArgument: a part of the request is empty. ResourceExhausted, at once: too many requests
  // are open. DeadlineExceeded: patience ended. Unavailable: this control plane takes no new work,
  // or the org backs off for longer than the client waits, and the message says after which
  // failure. Cancelled. After any other error the pool tries again until patience ends; the last
  // reason is in the message.
  absl::StatusOr<Acquired> Acquire(const AcquireRequest& request);

  // A client that was disconnected, from this control plane or from one that is gone, reclaims its
  // session, and holds it alone from then on. NotFound: the org has no live session with that
  // token. Unavailable: another control plane serves it and is alive; the message names it.
  // Otherwise as Acquire.
  absl::StatusOr<Acquired> Reconnect(const SessionId& session,
                                     absl::Duration patience = absl::ZeroDuration());

  // The client is done: closes its session and parks its worker. Cancelled, or OK; the upkeep
  // completes what could not be written.
  absl::Status Release(const SessionHandle& session);
  // The client went away without a word and may come back within the reconnect ttl.
  absl::Status Disconnect(const SessionHandle& session);

  // Parks a hot worker unless a session protects it. REQUIRES: the checkout is this worker's.
  void Park(ManagedWorker& worker, LeaseCell::Checkout& checkout);

  // Wakes the requests that wait, so that they are refused. REQUIRES: the control plane takes no
  // new work any more.
  void EndWaiting() { line_changed_->NotifyAll(); }

  // Requests that have not come to their end, abandoned ones included.
  int under_way() const { return line_.open(); }

 private:
  using Begin = absl::StatusOr<SessionHandle> (SessionDesk::*)(const ManagedWorkerPtr&,
                                                               const LeaseCell::Checkout&,
                                                               const SessionId&);

  // Puts the request in line and waits for its answer.
  absl::StatusOr<Acquired> Await(const TicketPtr& ticket, absl::Duration patience);
  // Begins to serve every request whose turn it is.
  void GiveTurns();
  // One attempt; an activity of its own.
  void Serve(const TicketPtr& ticket);
  void Answer(Ticket& ticket, absl::StatusOr<Acquired> answer);
  // Gives turns as time passes and capacity becomes free, for as long as a request waits; an
  // activity of its own.
  void WatchLine();
  void CapacityFreed();

  Attempt ServeAcquire(const AcquireRequest& request, Ticket& ticket);
  Attempt ServeReconnect(Ticket& ticket);
  // Evicts a parked worker if the request found a cap full. Cancelled, or OK.
  absl::Status MakeRoom(const AcquireRequest& request, const Ticket& ticket);
  // A worker that this control plane owns, reserved for the org.
  absl::StatusOr<ManagedWorkerPtr> Obtain(const AcquireRequest& request, Ticket& ticket);
  absl::StatusOr<ManagedWorkerPtr> TakeOver(const SessionId& session);
  // Activates the worker if necessary, then begins the session, all under one checkout.
  absl::StatusOr<Acquired> BeginSession(const ManagedWorkerPtr& worker, Begin begin,
                                        const Ticket& ticket);
  // When a request whose worker began no session is tried again. Each attempt has cost credentials
  // and an activation: after the second one the pause doubles from one to the next, with jitter.
  absl::Time AfterAnAttemptInVain(Ticket& ticket);
  SessionToken NewToken();

  Runtime& runtime_;
  const Config& config_;
  WorkerStore& store_;
  WorkerLifecycle& lifecycle_;
  OwnedWorkers& owned_;
  Spawner& spawner_;
  Activator& activator_;
  SessionDesk& sessions_;
  OrgBackoff& backoff_;
  WaitingLine line_;
  bool watched_ = false;      // WatchLine runs
  absl::Time watched_until_;  // when it looks again by itself
  std::unique_ptr<Signal> line_changed_;
};

}  // namespace fencepost
