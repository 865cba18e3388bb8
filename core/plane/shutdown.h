// Ends every worker of a control plane that no session needs.
//
// Refreshing stops for good first. Workers with a live session stay alive and owned. Every other
// worker goes drain (which itself refuses if a session has just begun), delete the pod, retire;
// several at a time, within a bound. A step that misses or fails leaves a state that the orphan
// sweep finishes; a failed deletion leaves `draining`.
#pragma once

#include "absl/status/statusor.h"
#include "core/lifecycle/lifecycle.h"
#include "core/lifecycle/owned_workers.h"
#include "core/plane/credential_refresher.h"

namespace fencepost {

struct ShutdownReport {
  int retired = 0;
  int spared = 0;  // a live session protects them
  int left = 0;    // to the sweep

  friend bool operator==(const ShutdownReport&, const ShutdownReport&) = default;
};

// Cancelled when the control plane was stopped before it was done.
absl::StatusOr<ShutdownReport> ShutdownAll(WorkerLifecycle& lifecycle, OwnedWorkers& owned,
                                           CredentialRefresher& refresher);

}  // namespace fencepost
