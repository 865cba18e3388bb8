// What every component may ask of the store: observe, list, create, claim, heartbeats, sessions,
// leadership. The fenced transitions are not here: see core/seams/lifecycle_store.h.
//
// Contract of every method: one atomic effect in one round trip. An error says whether the effect
// may have happened (core/rules/effect.h). The store's own clock stamps rows and decides every
// expiry; it and every time in a row are whole microseconds (StoredTime). Lists come in the order
// of worker ids, control planes in that of their ids, sessions in that of their orgs and tokens
// (byte by byte), unless a method says otherwise. A method is safe to call from several threads at
// once.
//
// A store gives InvalidArgument before it looks at any row (core/rules/store_arguments.h) for an
// empty name or operation id where one is needed, a limit below 1, a negative age or grace, and a
// ttl that is not above zero. A store may refuse names and texts with zero bytes. An id that the
// store does not know gives an answer and not an error, except where a method says NotFound.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "core/rules/authority.h"
#include "core/rules/ids.h"
#include "core/rules/replies.h"
#include "core/rules/state.h"
#include "core/rules/worker.h"

namespace fencepost {

class WorkerStore {
 public:
  virtual ~WorkerStore() = default;

  // ---- Observing -------------------------------------------------------------------------------
  virtual absl::StatusOr<std::optional<WorkerSnapshot>> Observe(WorkerId worker) = 0;
  // The workers among these that have a row, each once and in the order of ids, all at one moment.
  virtual absl::StatusOr<std::vector<WorkerSnapshot>> ObserveAll(
      const std::vector<WorkerId>& workers) = 0;
  // Settles a create or a claim that is in doubt: kClaimed with row and lease if the last change of
  // a spawning or reserved worker was this operation, kNoneAvailable otherwise.
  virtual absl::StatusOr<ClaimReply> FindClaim(OperationId id) = 0;
  // Active workers of one owner, each with its present lease. A control plane's id is never used
  // by another incarnation, so a control plane that lists its own id gets its own workers.
  virtual absl::StatusOr<std::vector<OwnedWorker>> ListOwned(const CpId& owner) = 0;
  // Active workers whose owner has been expired for `grace`, or has no row, and that no live
  // session protects.
  virtual absl::StatusOr<std::vector<WorkerSnapshot>> ListOrphans(absl::Duration grace,
                                                                  std::int64_t limit) = 0;
  // Workers that have been in `state` for at least `age`, the longest first.
  virtual absl::StatusOr<std::vector<WorkerSnapshot>> ListByStateAge(WorkerState state,
                                                                     absl::Duration age,
                                                                     std::int64_t limit) = 0;
  // Hot-idle workers of the org, longest parked first.
  virtual absl::StatusOr<std::vector<WorkerSnapshot>> ListParked(const Org& org,
                                                                 std::int64_t limit) = 0;
  // Idle and hot-idle workers whose image is none of `wanted`.
  virtual absl::StatusOr<std::vector<WorkerSnapshot>> ListOtherImages(
      const std::vector<Image>& wanted, std::int64_t limit) = 0;

  // ---- Creating and claiming -------------------------------------------------------------------
  // A claim takes the row with the lowest worker id among those that fit and gives it a new owner
  // and a higher epoch. Each request has an operation id of its own. A worker that the org has
  // already (every hot-idle one, an idle one that was spawned for it) takes no further room under
  // the org's cap.
  virtual absl::StatusOr<ClaimReply> CreateSlot(const CreateRequest& request) = 0;
  virtual absl::StatusOr<ClaimReply> ClaimIdle(const ClaimRequest& request) = 0;
  virtual absl::StatusOr<ClaimReply> ClaimHotIdle(const ClaimRequest& request) = 0;

  // ---- Control planes --------------------------------------------------------------------------
  // Repeating it with the same boot id is harmless; another boot id under a known name is
  // AlreadyExists.
  virtual absl::Status RegisterControlPlane(const CpId& cp, BootId boot) = 0;
  // Extends the heartbeat and returns the resulting state. Never turns draining to active. Revives
  // an instance that expired by a missed heartbeat less than `orphan_grace` ago; any other expired
  // instance stays expired. NotFound: no such control plane.
  virtual absl::StatusOr<CpState> Heartbeat(const CpId& cp, absl::Duration orphan_grace) = 0;
  // active -> draining. Harmless when already draining; FailedPrecondition when expired.
  virtual absl::Status BeginDrain(const CpId& cp) = 0;
  // Expires the instance for good, at its own request. Harmless when already expired.
  virtual absl::Status DeregisterControlPlane(const CpId& cp) = 0;
  // Expires every active or draining instance without a heartbeat for `expiry`; returns them.
  virtual absl::StatusOr<std::vector<CpId>> ExpireControlPlanes(absl::Duration expiry) = 0;
  // Expires for good every instance that has been draining for `overdue`; returns them.
  virtual absl::StatusOr<std::vector<CpId>> ExpireOverdueDrains(absl::Duration overdue) = 0;
  virtual absl::StatusOr<std::vector<ControlPlaneRow>> ListControlPlanes() = 0;
  // Removes instances that have been expired for `age` and own no active worker; returns how many.
  virtual absl::StatusOr<std::int64_t> ForgetControlPlanes(absl::Duration age) = 0;

  // ---- Retention -------------------------------------------------------------------------------
  // Removes workers that have been retired or lost for `age`, the longest first, with their
  // sessions; returns how many. Their ids are not used again, so a stale lease or a stranded pod of
  // such a worker finds no row.
  virtual absl::StatusOr<std::int64_t> ForgetWorkers(absl::Duration age, std::int64_t limit) = 0;

  // ---- Sessions --------------------------------------------------------------------------------
  // A session that was once judged to be past its expiry stays expired: opening a session, and a
  // transition that lands because no live session protects the worker, mark the worker's overdue
  // sessions as expired in the same step. Otherwise a clock that goes back would revive them.
  //
  // A session is known by its org and token together: no call for one org finds, changes or is
  // refused because of another org's session. It obeys its present holder: kFenceMissOwner for
  // another one. Every open and every reclaim brings a holder that was never used before.
  //
  // Opens a session on a hot worker of the org under its current lease. A worker has at most one
  // live session. Repeating it with the same handle and lease is harmless. kRowMissing: there is no
  // such worker, or it serves another org.
  virtual absl::StatusOr<SessionReply> OpenSession(const SessionHandle& session,
                                                   const WorkerLease& lease,
                                                   absl::Duration ttl) = 0;
  // active -> reconnecting: the client went away and may come back within `ttl`. Repeating it is
  // harmless and extends nothing. kFenceMissSession: not live any more.
  virtual absl::StatusOr<SessionReply> DisconnectSession(const SessionHandle& session,
                                                         absl::Duration ttl) = 0;
  // active or reconnecting -> active, under the lease that the hot worker has now, for the handle's
  // holder in place of the former one. kRowMissing: no such session of the lease's worker.
  virtual absl::StatusOr<SessionReply> ReclaimSession(const SessionHandle& session,
                                                      const WorkerLease& lease,
                                                      absl::Duration ttl) = 0;
  // Any state -> closed. Harmless when closed or expired.
  virtual absl::StatusOr<SessionReply> CloseSession(const SessionHandle& session) = 0;
  // Extends those of the sessions that are active, are live, have this holder and are on a worker
  // of this owner. Returns the others: they are lost to their holder. The ids must ascend.
  virtual absl::StatusOr<std::vector<SessionHandle>> RenewSessions(
      const CpId& owner, const std::vector<SessionHandle>& sessions, absl::Duration ttl) = 0;
  // Marks open sessions that are past their expiry as expired; returns them.
  virtual absl::StatusOr<std::vector<SessionRow>> ExpireSessions() = 0;
  // nullopt: no such session.
  virtual absl::StatusOr<std::optional<SessionRow>> FindSession(const SessionId& session) = 0;
  virtual absl::StatusOr<std::vector<SessionRow>> ListSessions(WorkerId worker) = 0;

  // ---- Leadership ------------------------------------------------------------------------------
  // Takes a leadership that is free or has run out, and the term rises; or extends the caller's
  // own, and the term stays.
  virtual absl::StatusOr<LeadershipReply> AcquireLeadership(const CpId& cp, absl::Duration ttl) = 0;
  // Gives it up if this instance holds it in this term; harmless otherwise.
  virtual absl::Status ResignLeadership(const CpId& cp, Term term) = 0;

 protected:
  // Only MintSnapshot and MintLease make snapshots and leases.
  static WorkerSnapshot MintSnapshot(WorkerRow row) { return WorkerSnapshot(std::move(row)); }
  static WorkerLease MintLease(const WorkerRow& row) {
    return WorkerLease(row.worker_id, row.owner_cp, row.owner_epoch);
  }
  // The reply to a create or a claim that took effect. `row`: as it is after the change.
  static ClaimReply Granted(const WorkerRow& row) {
    return {.outcome = ClaimOutcome::kClaimed, .row = MintSnapshot(row), .lease = MintLease(row)};
  }
};

}  // namespace fencepost
