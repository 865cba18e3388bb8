// The world at rest: what the convergence properties look at. The program that runs the system
// fills in this plain data once faults have stopped and the time to recover is over.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"
#include "core/rules/config.h"
#include "core/rules/worker.h"
#include "core/seams/pod_runtime.h"

namespace fencepost {

// Rows and secrets in the order of their ids, sessions in that of their workers, pods in that of
// their names.
struct RestView {
  absl::Time store_now;
  std::vector<WorkerRow> workers;
  std::vector<SessionRow> sessions;  // of active workers
  std::vector<ControlPlaneRow> control_planes;
  std::vector<CpId> dead;         // processes that have ended, whatever their rows say
  std::vector<PodInfo> pods;      // those that still exist
  std::vector<WorkerId> secrets;  // workers that still have one
  // Control planes that ended in order and none of whose calls met a fault.
  std::vector<CpId> ended_undisturbed;
  // Control planes none of whose calls met a fault, whether or not they have ended.
  std::vector<CpId> undisturbed;
  // Since when no fault has been injected any more, by the clock that all events share.
  absl::Time calm_since = absl::InfiniteFuture();
  const Config* config = nullptr;

  // Null when there is none.
  const WorkerRow* FindWorker(WorkerId worker) const;
  const ControlPlaneRow* FindControlPlane(const CpId& cp) const;
  // The owner is registered, not expired, and its process is there.
  bool OwnerLives(const WorkerRow& row) const;
  bool HasLiveSession(WorkerId worker) const;
  // None of its calls met a fault.
  bool IsUndisturbed(const CpId& cp) const;
};

// What has not settled: one sentence each, with the reason.
using Findings = std::vector<std::string>;

}  // namespace fencepost
