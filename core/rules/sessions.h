// Sessions as pure functions: what each session call makes of the rows, and why it misses.
//
// Judge functions give kTransitioned or the first reason against it; Apply functions require it.
// A repetition of what has been done already is judged kTransitioned and changes nothing.
#pragma once

#include "absl/time/time.h"
#include "core/rules/authority.h"
#include "core/rules/outcome.h"
#include "core/rules/worker.h"

namespace fencepost {

// `known` is the session of the asked token, `live_session` tells of any session of the worker.
// Null rows are missing. When `known` is not null and the outcome is kTransitioned, the session is
// open already; otherwise NewSession is to be stored.
TransitionOutcome JudgeOpen(const WorkerLease& lease, const WorkerRow* worker,
                            const SessionRow* known, bool live_session, absl::Time store_now);
SessionRow NewSession(const SessionToken& token, const WorkerLease& lease, absl::Duration ttl,
                      absl::Time store_now);

TransitionOutcome JudgeDisconnect(const SessionRow* session, absl::Time store_now);
void ApplyDisconnect(absl::Duration ttl, absl::Time store_now, SessionRow& session);

// A session of another worker than the lease's is a missing row.
TransitionOutcome JudgeReclaim(const WorkerLease& lease, const WorkerRow* worker,
                               const SessionRow* session, absl::Time store_now);
void ApplyReclaim(const WorkerLease& lease, absl::Duration ttl, absl::Time store_now,
                  SessionRow& session);

void ApplyClose(SessionRow& session);

// Active, and not past its expiry.
bool IsRenewable(const SessionRow& session, absl::Time store_now);
// Open in name, but past its expiry.
bool IsOverdue(const SessionRow& session, absl::Time store_now);

}  // namespace fencepost
