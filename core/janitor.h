// The fleet's housekeeping: expire, reap, reconcile.
//
// One pass is a list of independent steps; a step that fails is noted and the others go on. Safety
// never depends on there being one janitor only: every retirement is fenced by what it has seen.
#pragma once

#include "absl/status/status.h"
#include "core/lifecycle.h"

namespace fencepost {

class Janitor {
 public:
  explicit Janitor(WorkerLifecycle& lifecycle) : lifecycle_(lifecycle) {}

  // One pass over all steps. Cancelled, or OK.
  absl::Status RunOnce();

 private:
  absl::Status ExpireControlPlanes();
  absl::Status ExpireSessions();
  absl::Status ReapOrphans();
  absl::Status ReapStuck();
  absl::Status ReapHotIdle();
  absl::Status ReapOtherImages();
  // Retires, to `target`, what has been in `state` for `age`.
  absl::Status ReapAged(WorkerState state, absl::Duration age, const char* reason);

  WorkerLifecycle& lifecycle_;
};

}  // namespace fencepost
