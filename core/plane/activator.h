// Puts a tenant onto a reserved worker.
//
// One activation is a choreography under the worker's checked-out lease: issue credentials, begin
// in the row, activate through the worker's RPC under the lease's epoch, finish in the row. It goes
// on when the client that asked for it gives up, so an impatient client ends no healthy worker.
//
// An activation that fails ends the worker only on evidence about the worker: the platform says
// that its pod is gone or has failed, or the worker itself refuses for good. Otherwise the worker
// is given back under its lease, as idle if no activation had begun before, else as parked for its
// org. A worker with a live session is not given back: it stays as it is, and the upkeep tries
// again.
#pragma once

#include "absl/status/status.h"
#include "core/events/event_sender.h"
#include "core/lifecycle/lifecycle.h"
#include "core/lifecycle/owned_workers.h"
#include "core/plane/backoff.h"
#include "core/rules/config.h"
#include "core/rules/state.h"
#include "core/seams/credentials.h"
#include "core/seams/pod_runtime.h"
#include "core/seams/runtime.h"
#include "core/seams/worker_rpc.h"

namespace fencepost {

class Activator {
 public:
  Activator(Runtime& runtime, const Config& config, EventSender& events, PodRuntime& pods,
            CredentialIssuer& issuer, WorkerRpc& rpc, WorkerLifecycle& lifecycle,
            OwnedWorkers& owned, OrgBackoff& backoff);

  // OK if the worker is hot. Otherwise the worker has been given back or ended, or its lease
  // dropped; or it stays as it was, because a session protects it, because the store does not
  // answer, or because the control plane takes no new work. An activation that has begun already is
  // continued. REQUIRES: the worker is in one of kToBeActivated.
  absl::Status Activate(ManagedWorker& worker, LeaseCell::Checkout& checkout);

 private:
  // Whose fault it is that an activation failed.
  enum class Fault { kNobodys, kOrgs, kWorkers };
  struct Outcome {
    absl::Status status;
    Fault fault = Fault::kNobodys;
  };

  Outcome Run(ManagedWorker& worker, LeaseCell::Checkout& checkout, absl::Time deadline);
  // Updates memory from the reply; an error unless the transition landed.
  absl::Status Learn(ManagedWorker& worker, LeaseCell::Checkout& checkout,
                     const TransitionResult& result);
  Fault FaultOf(const ManagedWorker& worker, const absl::Status& refused);
  void GiveBack(ManagedWorker& worker, LeaseCell::Checkout& checkout);

  Runtime& runtime_;
  const Config& config_;
  EventSender& events_;
  PodRuntime& pods_;
  CredentialIssuer& issuer_;
  WorkerRpc& rpc_;
  WorkerLifecycle& lifecycle_;
  OwnedWorkers& owned_;
  OrgBackoff& backoff_;
};

}  // namespace fencepost
