// The fleet's housekeeping: expire, reap, reconcile, forget.
//
// One pass is a list of independent steps; a step that fails is noted and the others go on. Safety
// never depends on there being one janitor only: every retirement is fenced by what it has seen.
#pragma once

#include <cstddef>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "core/events/event_sender.h"
#include "core/lifecycle/lifecycle.h"
#include "core/rules/config.h"
#include "core/seams/credentials.h"
#include "core/seams/pod_runtime.h"
#include "core/seams/runtime.h"
#include "core/seams/worker_store.h"

namespace fencepost {

class Janitor {
 public:
  Janitor(Runtime& runtime, const Config& config, EventSender& events, WorkerStore& store,
          PodRuntime& pods, SecretStore& secrets, WorkerLifecycle& lifecycle)
      : runtime_(runtime),
        config_(config),
        events_(events),
        store_(store),
        pods_(pods),
        secrets_(secrets),
        lifecycle_(lifecycle) {}

  // One pass over all steps. Stops when `leads` does not hold any more: a leader that was replaced
  // leaves the rest to its successor, and begins there itself if it leads again. `leads` is asked
  // before each step and each batch of a long one, and may renew the leadership. Cancelled, or OK.
  absl::Status RunOnce(absl::FunctionRef<bool()> leads);
  absl::Status RunOnce() {
    return RunOnce([] { return true; });
  }

  // ---- The steps, in their order. Each returns the first error of a listing, or Cancelled. A
  // failure that concerns one worker does not keep the step from the others.
  absl::Status ExpireControlPlanes();
  absl::Status ExpireSessions();
  absl::Status ReapOrphans();
  absl::Status ReapStuck();
  absl::Status ReapHotIdle();
  absl::Status ReapOtherImages();
  absl::Status ReconcilePlatform(absl::FunctionRef<bool()> leads);
  absl::Status ForgetEnded();

 private:
  // Retires every worker that has been in `state` for `age`.
  absl::Status ReapAged(WorkerState state, absl::Duration age, const char* reason);

  Runtime& runtime_;
  const Config& config_;
  EventSender& events_;
  WorkerStore& store_;
  PodRuntime& pods_;
  SecretStore& secrets_;
  WorkerLifecycle& lifecycle_;
  std::size_t first_step_ = 0;  // of the next pass
};

}  // namespace fencepost
