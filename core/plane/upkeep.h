// A control plane's periodic check of its own workers: makes memory and rows agree again, and
// completes what a lost call left undone.
//
// A lost parking must not leave a worker hot for ever, and a lost reply must not leave a worker
// that no process remembers. The upkeep acts on a worker only through a transition under its lease.
#pragma once

#include <vector>

#include "absl/status/status.h"
#include "core/events/event_sender.h"
#include "core/lifecycle/lifecycle.h"
#include "core/lifecycle/owned_workers.h"
#include "core/plane/activator.h"
#include "core/plane/session_desk.h"
#include "core/plane/worker_pool.h"
#include "core/rules/config.h"
#include "core/rules/ids.h"
#include "core/seams/runtime.h"
#include "core/seams/worker_store.h"

namespace fencepost {

class Upkeep {
 public:
  Upkeep(CpId cp, Runtime& runtime, const Config& config, EventSender& events, WorkerStore& store,
         WorkerLifecycle& lifecycle, OwnedWorkers& owned, Activator& activator,
         SessionDesk& sessions, WorkerPool& pool);

  // One pass: ends sessions that could not be ended, parks hot workers without a session, forgets
  // workers that this control plane no longer owns, adopts workers that it owns and does not
  // remember, and goes on with activations that were left to it. Cancelled, or OK.
  absl::Status RunOnce();

 private:
  absl::Status ParkUnused();
  absl::Status Compare();
  // Adopts a worker that this control plane owns and does not remember.
  void TakeUp(const OwnedWorker& found);
  // Activates and parks a worker for whose claim no activity waits: it belongs to its org.
  void GoOn(const ManagedWorkerPtr& worker);

  const CpId cp_;
  Runtime& runtime_;
  const Config& config_;
  EventSender& events_;
  WorkerStore& store_;
  WorkerLifecycle& lifecycle_;
  OwnedWorkers& owned_;
  Activator& activator_;
  SessionDesk& sessions_;
  WorkerPool& pool_;
};

}  // namespace fencepost
