// Renews leases and credentials of the workers that a control plane owns, before they expire.
//
// One refresh is a choreography under the worker's checked-out lease: raise the epoch in the row,
// take over the new lease, issue credentials, hand them to the worker under the new epoch, stamp
// their expiry. Whoever wants the worker meanwhile waits for the cell.
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

  // Does nothing once stopped. Every way in which it ends early leaves a state that the next
  // refresh, the shutdown or the janitor goes on from.
  void Refresh(const ManagedWorkerPtr& worker);

  // Refreshes every worker whose time has come, several at once within the configured bound. Passes
  // over those that somebody works on: their activation brings fresh credentials, and the next pass
  // finds the others. Cancelled, or OK.
  absl::Status RefreshDue();

  // Returns when no refresh is under way and none will ever begin, or Cancelled.
  absl::Status Stop();

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
  bool stopping_ = false;
  int under_way_ = 0;
  std::unique_ptr<Signal> one_ended_;
};

}  // namespace fencepost
