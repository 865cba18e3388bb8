// The world at rest: what the convergence properties look at. Plain data, filled by whoever runs
// the system, once faults have stopped and the time to recover is over.
#pragma once

#include <vector>

#include "absl/time/time.h"
#include "core/config.h"
#include "core/pod_runtime.h"
#include "core/worker.h"

namespace fencepost::properties {

struct RestView {
  absl::Time store_now;
  std::vector<WorkerRow> workers;
  std::vector<SessionRow> sessions;
  std::vector<ControlPlaneRow> control_planes;
  std::vector<PodInfo> pods;      // those that still exist
  std::vector<WorkerId> secrets;  // workers that still have one
  // Ended in order, and no fault has hit any of their calls.
  std::vector<CpId> ended_undisturbed;
  // Workers that those control planes owned when they ended, without a live session.
  const Config* config = nullptr;
};

}  // namespace fencepost::properties
