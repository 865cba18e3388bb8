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

// `known` is the session with the handle's id; `live_session` says whether the worker has a live
// session. A null row does not exist, and neither does, for this org, a worker that serves another
// one. If `known` is not null and the outcome is kTransitioned, the session is open already;
// otherwise the caller stores NewSession.
TransitionOutcome JudgeOpen(const SessionHandle& handle, const WorkerLease& lease,
                            const WorkerRow* worker, const SessionRow* known, bool live_session,
                            absl::Time store_now);
SessionRow NewSession(const SessionHandle& handle, const WorkerLease& lease, absl::Duration ttl,
                      absl::Time store_now);

// `session` is the one with the handle's id. kFenceMissOwner: it has another holder.
TransitionOutcome JudgeDisconnect(const SessionHandle& handle, const SessionRow* session,
                                  absl::Time store_now);
void ApplyDisconnect(absl::Duration ttl, absl::Time store_now, SessionRow& session);

// A session of a worker other than the lease's counts as missing.
TransitionOutcome JudgeReclaim(const WorkerLease& lease, const WorkerRow* worker,
                               const SessionRow* session, absl::Time store_now);
void ApplyReclaim(const SessionHandle& handle, const WorkerLease& lease, absl::Duration ttl,
                  absl::Time store_now, SessionRow& session);

// As JudgeDisconnect, but a session that has ended may be closed once more.
TransitionOutcome JudgeClose(const SessionHandle& handle, const SessionRow* session);
void ApplyClose(SessionRow& session);

// True if it is active and has not passed its expiry.
bool IsRenewable(const SessionRow& session, absl::Time store_now);
// True if the owner of its worker, a null row does not exist, may renew it for this holder.
bool MayRenew(const SessionHandle& handle, const CpId& owner, const SessionRow* session,
              const WorkerRow* worker, absl::Time store_now);
// True if its state is still open although it has passed its expiry.
bool IsOverdue(const SessionRow& session, absl::Time store_now);

}  // namespace fencepost
