// Ends every worker of a control plane that no session needs.
//
// First, refreshing stops, so that no refresh holds a lease. Workers with a live session stay alive
// and owned. Every other worker is drained (the drain itself refuses if a session has just begun),
// its pod is deleted, and it is retired; several workers at a time, within a bound. A step that
// misses or fails leaves a state from which the orphan sweep can finish; a failed deletion leaves
// `draining`.
#pragma once

#include "absl/status/statusor.h"
#include "core/events/event_sender.h"
#include "core/lifecycle/lifecycle.h"
#include "core/lifecycle/owned_workers.h"
#include "core/plane/credential_refresher.h"
#include "core/rules/config.h"
#include "core/rules/ids.h"
#include "core/seams/runtime.h"
#include "core/seams/worker_store.h"

namespace fencepost {

struct ShutdownReport {
  int retired = 0;
  int spared = 0;  // a live session protects them
  int left = 0;    // to the orphan sweep

  friend bool operator==(const ShutdownReport&, const ShutdownReport&) = default;
};

class Shutdown {
 public:
  Shutdown(CpId cp, Runtime& runtime, const Config& config, EventSender& events, WorkerStore& store,
           WorkerLifecycle& lifecycle, OwnedWorkers& owned, CredentialRefresher& refresher);

  // One round over all workers; may be called again for those that it has left or spared.
  // Cancelled when the control plane was stopped before the round was done.
  absl::StatusOr<ShutdownReport> EndAll();

 private:
  const CpId cp_;
  Runtime& runtime_;
  const Config& config_;
  EventSender& events_;
  WorkerStore& store_;
  WorkerLifecycle& lifecycle_;
  OwnedWorkers& owned_;
  CredentialRefresher& refresher_;
};

}  // namespace fencepost
