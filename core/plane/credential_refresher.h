// Renews leases and credentials of the workers that a control plane owns, before they expire.
//
// One refresh is a choreography under the worker's checked-out lease: raise the epoch in the row,
// take over the new lease, issue credentials, hand them to the worker under the new epoch, stamp
// their expiry. Another component that wants the worker meanwhile waits for the cell.
#pragma once

#include <memory>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "core/events/event_sender.h"
#include "core/lifecycle/lifecycle.h"
#include "core/lifecycle/owned_workers.h"
#include "core/rules/config.h"
#include "core/seams/credentials.h"
#include "core/seams/runtime.h"
#include "core/seams/worker_rpc.h"

namespace fencepost {

class CredentialRefresher {
 public:
  CredentialRefresher(Runtime& runtime, const Config& config, EventSender& events,
                      CredentialIssuer& issuer, WorkerRpc& rpc, WorkerLifecycle& lifecycle,
                      OwnedWorkers& owned);

  // Does nothing while stopped. However it ends early, it leaves a state from which the next
  // refresh, the shutdown or the janitor can continue.
  void Refresh(const ManagedWorkerPtr& worker);

  // Refreshes every worker whose time has come, several at once within the configured bound. Skips
  // workers whose lease is checked out: an activation brings fresh credentials, and the next pass
  // finds the others. Cancelled, or OK.
  absl::Status RefreshDue();

  // Returns when no refresh is under way and none can begin before Resume, or Cancelled.
  absl::Status Stop();
  void Resume() { stopped_ = false; }

 private:
  bool IsDue(const ManagedWorker& worker) const;
  void RefreshUnderLease(ManagedWorker& worker, LeaseCell::Checkout& checkout);

  Runtime& runtime_;
  const Config& config_;
  EventSender& events_;
  CredentialIssuer& issuer_;
  WorkerRpc& rpc_;
  WorkerLifecycle& lifecycle_;
  OwnedWorkers& owned_;
  bool stopped_ = false;
  int under_way_ = 0;
  std::unique_ptr<Signal> one_ended_;
};

}  // namespace fencepost
