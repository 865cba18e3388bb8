// A control plane's periodic look at its own workers: makes memory and rows agree again, and does
// what was lost on the way.
//
// A parking that was lost must not leave a worker hot for ever, nor a lost reply one that nobody
// remembers. Whatever is found, it is acted on only through a transition under its lease.
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
  // those that are ours no more, and takes up those that are ours unknown to memory. Cancelled, or
  // OK.
  absl::Status RunOnce();

 private:
  absl::Status ParkUnused();
  absl::Status Compare();
  // A worker of ours that memory does not know.
  void TakeUp(const OwnedWorker& found);

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
