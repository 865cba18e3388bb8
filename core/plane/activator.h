// Puts a tenant onto a reserved worker.
//
// One activation is a choreography under the worker's checked-out lease: begin in the row, issue
// credentials, activate through the worker's RPC under the lease's epoch, finish in the row. It
// does not depend on the client that asked for it: one that gives up ends no healthy worker.
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

  // OK: the worker is hot. Otherwise it has been ended, or its lease dropped, or (once the control
  // plane takes no new work) it is left to the shutdown. A worker that is activating already is
  // gone on with. REQUIRES: reserved or activating.
  absl::Status Activate(ManagedWorker& worker, LeaseCell::Checkout& checkout);

 private:
  absl::Status Run(ManagedWorker& worker, LeaseCell::Checkout& checkout, absl::Time deadline);
  // Takes over what the transition told; an error unless it landed.
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
