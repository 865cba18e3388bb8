#include "core/rules/sessions.h"

namespace fencepost {
namespace {

using enum TransitionOutcome;

bool IsOpen(const SessionRow& session) {
  return session.state == SessionState::kActive || session.state == SessionState::kReconnecting;
}

// A session begins, and begins anew, only on a hot worker under the lease that it has now.
TransitionOutcome JudgeHotLease(const WorkerLease& lease, const WorkerRow* worker) {
  if (worker == nullptr) return kRowMissing;
  if (worker->state != WorkerState::kHot) return kFenceMissState;
  if (worker->owner_cp != lease.owner()) return kFenceMissOwner;
  if (worker->owner_epoch != lease.epoch()) return kFenceMissEpoch;
  return kTransitioned;
}

}  // namespace

TransitionOutcome JudgeOpen(const SessionHandle& handle, const WorkerLease& lease,
                            const WorkerRow* worker, const SessionRow* known, bool live_session,
                            absl::Time store_now) {
  const TransitionOutcome fence = JudgeHotLease(lease, worker);
  if (fence != kTransitioned) return fence;
  if (worker->org != handle.id.org) return kRowMissing;
  if (known == nullptr) return live_session ? kFenceMissSession : kTransitioned;
  const bool same = known->holder == handle.holder && known->worker_id == lease.worker() &&
                    known->epoch == lease.epoch();
  return same && IsRenewable(*known, store_now) ? kTransitioned : kFenceMissSession;
}

SessionRow NewSession(const SessionHandle& handle, const WorkerLease& lease, absl::Duration ttl,
                      absl::Time store_now) {
  SessionRow session;
  session.id = handle.id;
  session.holder = handle.holder;
  session.worker_id = lease.worker();
  session.epoch = lease.epoch();
  session.expires_at = StoredTime(store_now + ttl);
  return session;
}

TransitionOutcome JudgeDisconnect(const SessionHandle& handle, const SessionRow* session,
                                  absl::Time store_now) {
  const TransitionOutcome holds = JudgeClose(handle, session);
  if (holds != kTransitioned) return holds;
  return IsLive(*session, store_now) ? kTransitioned : kFenceMissSession;
}

void ApplyDisconnect(absl::Duration ttl, absl::Time store_now, SessionRow& session) {
  if (session.state == SessionState::kReconnecting) return;
  session.state = SessionState::kReconnecting;
  session.expires_at = StoredTime(store_now + ttl);
}

TransitionOutcome JudgeReclaim(const WorkerLease& lease, const WorkerRow* worker,
                               const SessionRow* session, absl::Time store_now) {
  if (session == nullptr || session->worker_id != lease.worker()) return kRowMissing;
  const TransitionOutcome fence = JudgeHotLease(lease, worker);
  if (fence != kTransitioned) return fence;
  return IsLive(*session, store_now) ? kTransitioned : kFenceMissSession;
}

void ApplyReclaim(const SessionHandle& handle, const WorkerLease& lease, absl::Duration ttl,
                  absl::Time store_now, SessionRow& session) {
  session.state = SessionState::kActive;
  session.holder = handle.holder;
  session.epoch = lease.epoch();
  session.expires_at = StoredTime(store_now + ttl);
}

TransitionOutcome JudgeClose(const SessionHandle& handle, const SessionRow* session) {
  if (session == nullptr) return kRowMissing;
  return session->holder == handle.holder ? kTransitioned : kFenceMissOwner;
}

void ApplyClose(SessionRow& session) {
  if (IsOpen(session)) session.state = SessionState::kClosed;
}

bool IsRenewable(const SessionRow& session, absl::Time store_now) {
  return session.state == SessionState::kActive && IsLive(session, store_now);
}

bool MayRenew(const SessionHandle& handle, const CpId& owner, const SessionRow* session,
              const WorkerRow* worker, absl::Time store_now) {
  return JudgeClose(handle, session) == kTransitioned && IsRenewable(*session, store_now) &&
         worker != nullptr && worker->owner_cp == owner;
}

bool IsOverdue(const SessionRow& session, absl::Time store_now) {
  return IsOpen(session) && !IsLive(session, store_now);
}

}  // namespace fencepost
