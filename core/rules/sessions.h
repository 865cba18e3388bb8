// Sessions as pure functions: how each session call changes the rows, and why it misses.
//
// A Judge function gives kTransitioned, or the first reason why the call misses. An Apply function
// requires kTransitioned. A repeated call is judged kTransitioned and changes nothing.
#pragma once

#include "absl/time/time.h"
#include "core/rules/authority.h"
#include "core/rules/outcome.h"
#include "core/rules/worker.h"

namespace fencepost {

// `known` is the session with this token; `live_session` says whether the worker has a live
// session. A null row does not exist. If `known` is not null and the outcome is kTransitioned, the
// session is open already; otherwise the caller stores NewSession.
TransitionOutcome JudgeOpen(const WorkerLease& lease, const WorkerRow* worker,
                            const SessionRow* known, bool live_session, absl::Time store_now);
SessionRow NewSession(const SessionToken& token, const WorkerLease& lease, absl::Duration ttl,
                      absl::Time store_now);

TransitionOutcome JudgeDisconnect(const SessionRow* session, absl::Time store_now);
void ApplyDisconnect(absl::Duration ttl, absl::Time store_now, SessionRow& session);

// A session of a worker other than the lease's counts as missing.
TransitionOutcome JudgeReclaim(const WorkerLease& lease, const WorkerRow* worker,
                               const SessionRow* session, absl::Time store_now);
void ApplyReclaim(const WorkerLease& lease, absl::Duration ttl, absl::Time store_now,
                  SessionRow& session);

void ApplyClose(SessionRow& session);

// True if it is active and has not passed its expiry.
bool IsRenewable(const SessionRow& session, absl::Time store_now);
// True if its state is still open although it has passed its expiry.
bool IsOverdue(const SessionRow& session, absl::Time store_now);

}  // namespace fencepost
