// Talking to a worker. Every call carries the lease's epoch; a worker refuses an epoch below the
// highest it has seen (FailedPrecondition), so a stale owner cannot disturb a new one.
//
// Contract: every method is one atomic effect; errors say whether it may have happened
// (core/rules/effect.h).
#pragma once

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "core/rules/authority.h"
#include "core/rules/ids.h"
#include "core/seams/credentials.h"

namespace fencepost {

struct WorkerHealth {
  bool healthy = false;
  bool draining = false;  // refuses new work on purpose: not a failure
  PodUid pod_uid;         // of the pod that answers
  Org org;                // that the worker serves; empty: none yet
};

class WorkerRpc {
 public:
  virtual ~WorkerRpc() = default;

  // Makes the worker serve `org` with these credentials. Repeating it under the same lease is
  // harmless. A worker that serves another org refuses (FailedPrecondition).
  virtual absl::Status Activate(const WorkerLease& lease, const Org& org,
                                const Credentials& credentials) = 0;
  // Replaces the credentials of an activated worker and raises the epoch it has seen.
  virtual absl::Status UpdateCredentials(const WorkerLease& lease,
                                         const Credentials& credentials) = 0;
  virtual absl::StatusOr<WorkerHealth> CheckHealth(const WorkerLease& lease) = 0;
};

}  // namespace fencepost
