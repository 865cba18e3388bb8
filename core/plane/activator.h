// Puts a tenant onto a reserved worker.
//
// One activation is a choreography under the worker's checked-out lease: begin in the row, issue
// credentials, activate through the worker's RPC under the lease's epoch, finish in the row. It
// goes on when the client that asked for it gives up, so an impatient client ends no healthy
// worker.
#pragma once

#include "absl/status/status.h"
#include "core/events/event_sender.h"
#include "core/lifecycle/lifecycle.h"
#include "core/lifecycle/owned_workers.h"
#include "core/rules/config.h"
#include "core/seams/credentials.h"
#include "core/seams/runtime.h"
#include "core/seams/worker_rpc.h"

namespace fencepost {

class Activator {
 public:
  Activator(Runtime& runtime, const Config& config, EventSender& events, CredentialIssuer& issuer,
            WorkerRpc& rpc, WorkerLifecycle& lifecycle, OwnedWorkers& owned);

  // OK if the worker is hot. Otherwise the worker has been ended, or its lease dropped, or (once
  // the control plane takes no new work) it is left to the shutdown. An activation that has begun
  // already is continued. REQUIRES: the worker is reserved or activating.
  absl::Status Activate(ManagedWorker& worker, LeaseCell::Checkout& checkout);

 private:
  absl::Status Run(ManagedWorker& worker, LeaseCell::Checkout& checkout, absl::Time deadline);
  // Updates memory from the reply; an error unless the transition landed.
  absl::Status Learn(ManagedWorker& worker, LeaseCell::Checkout& checkout,
                     const TransitionResult& result);

  Runtime& runtime_;
  const Config& config_;
  EventSender& events_;
  CredentialIssuer& issuer_;
  WorkerRpc& rpc_;
  WorkerLifecycle& lifecycle_;
  OwnedWorkers& owned_;
};

}  // namespace fencepost
