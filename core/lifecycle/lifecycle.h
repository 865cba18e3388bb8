// Every transition of every worker goes through here: observe, fence, compare-and-set, classify,
// report, mint the fence, and for what starts from a snapshot, clean up.
//
// Two ways of working. *Lease operations*: the caller owns the worker and the choreography (drain,
// delete the pod, retire). *Snapshot operations*: the caller has only seen the worker; the
// lifecycle does the rest and schedules the cleanup of pod and secret itself.
//
// If the reply to a transition was lost, the transition is repeated under the same operation id, so
// that it takes effect at most once. The caller is told that it is in doubt only when that fails
// too.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "absl/container/btree_set.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "core/events/event.h"
#include "core/events/event_sender.h"
#include "core/rules/authority.h"
#include "core/rules/config.h"
#include "core/seams/credentials.h"
#include "core/seams/lifecycle_store.h"
#include "core/seams/pod_runtime.h"
#include "core/seams/runtime.h"

namespace fencepost {

// What one control plane is made of. All pointers are required and must outlive their users.
struct LifecycleParts {
  CpId cp;
  BootId boot{};
  Runtime* runtime = nullptr;
  LifecycleStore* store = nullptr;
  PodRuntime* pods = nullptr;
  SecretStore* secrets = nullptr;
  EventObserver* observer = nullptr;
  const Config* config = nullptr;
};

struct [[nodiscard]] TransitionResult {
  TransitionOutcome outcome = TransitionOutcome::kStoreError;
  absl::Status error;                 // why, for kStoreError and kInDoubt
  std::optional<WorkerSnapshot> row;  // as the last reply showed it
  std::optional<WorkerLease> lease;   // when landed, of operations that grant one
  std::optional<Fence> fence;         // when landed, of lease operations that grant one

  bool landed() const { return outcome == TransitionOutcome::kTransitioned; }
};

struct [[nodiscard]] ClaimResult {
  absl::Status error;  // not OK: nothing is known to be claimed
  ClaimOutcome outcome = ClaimOutcome::kNoneAvailable;
  std::optional<WorkerSnapshot> row;
  std::optional<WorkerLease> lease;

  bool claimed() const { return lease.has_value(); }
  // OK when claimed; the error; or why there was nothing to claim: ResourceExhausted for a cap,
  // NotFound when none is available, FailedPrecondition when the claimant may own nothing new.
  absl::Status status() const;
};

// May a drain refuse because a session protects the worker?
enum class SessionRule { kSpareSessions, kIgnoreSessions };

class WorkerLifecycle {
 public:
  // InvalidArgument when a part is missing or the configuration is wrong.
  static absl::StatusOr<std::unique_ptr<WorkerLifecycle>> Create(const LifecycleParts& parts);

  // ---- Becoming the owner ----------------------------------------------------------------------
  ClaimResult CreateOrgSlot(const Org& org, const Image& image);
  // Refused when `warm_target` unbound workers of the image exist or are being spawned.
  ClaimResult CreateWarmSlot(const Image& image, std::int64_t warm_target);
  ClaimResult ClaimIdle(const Org& org, const Image& image);
  // An empty image means any.
  ClaimResult ClaimHotIdle(const Org& org, const Image& image);
  // Makes this control plane the owner of a hot worker whose owner is gone.
  TransitionResult TakeOver(const WorkerSnapshot& seen);
  // True while a create, a claim or a take-over of this process waits for its outcome. If a row's
  // last operation is in flight, its caller will adopt the worker.
  bool ClaimInFlight(OperationId id) const;

  // ---- As the owner ----------------------------------------------------------------------------
  TransitionResult PublishIdle(const WorkerLease& lease, const PodUid& pod_uid);
  TransitionResult PublishReserved(const WorkerLease& lease, const PodUid& pod_uid);
  TransitionResult BeginActivation(const WorkerLease& lease);
  TransitionResult FinishActivation(const WorkerLease& lease, absl::Time credentials_expiry);
  TransitionResult Park(const WorkerLease& lease);
  // Give back a worker whose activation failed for a reason that is not the worker's; the owner and
  // its lease stay. ReturnIdle lands only before the first activation has begun, and the worker
  // belongs to no org afterwards. ReturnHotIdle leaves it to its org.
  TransitionResult ReturnIdle(const WorkerLease& lease);
  TransitionResult ReturnHotIdle(const WorkerLease& lease);
  TransitionResult RefreshLease(const WorkerLease& lease);
  TransitionResult StampCredentials(const WorkerLease& lease, absl::Time credentials_expiry);
  TransitionResult Drain(const WorkerLease& lease, SessionRule sessions, std::string reason);
  TransitionResult RetireDrained(const WorkerLease& lease, std::string reason);
  TransitionResult MarkLost(const WorkerLease& lease, std::string reason);

  // ---- From a snapshot: end to end, cleanup included -------------------------------------------
  // `target` is kRetired or kLost. Spares a worker in one of kToBeActivated while a session on it
  // lives.
  TransitionResult RetireFromSnapshot(const WorkerSnapshot& seen, WorkerState target,
                                      std::string reason);
  TransitionResult RetireOrphan(const WorkerSnapshot& seen, std::string reason);
  TransitionResult RetireIdleVariant(const WorkerSnapshot& seen, std::string reason);

  // ---- Fences for what is already dead ---------------------------------------------------------
  // nullopt unless the snapshot shows a terminal state.
  std::optional<Fence> FenceFromTerminal(const WorkerSnapshot& seen);
  // A fence for this pod if its row is terminal, or absent although the pod is older than the spawn
  // budget; nullopt if the pod may belong to a living worker.
  absl::StatusOr<std::optional<Fence>> FenceStrandedPod(const PodInfo& pod);
  // The same for a secret, judged by its worker's row and by the secret's own age.
  absl::StatusOr<std::optional<Fence>> FenceStrandedSecret(const SecretInfo& secret);

  // ---- What a fence is for ---------------------------------------------------------------------
  // Deletes the pod, then the secret, and retries within bounds. The reconciler finds what an error
  // leaves behind.
  absl::Status CleanUp(const Fence& fence);
  // Does the same in an activity of its own; a bounded number run at once.
  void ScheduleCleanup(Fence fence);
  // Returns when no scheduled cleanup is left, or Cancelled.
  absl::Status AwaitCleanups();

 private:
  // REQUIRES: no part is missing.
  explicit WorkerLifecycle(const LifecycleParts& parts);

  OperationId NextOperation();
  TransitionRequest UnderLease(Operation operation, const WorkerLease& lease);
  TransitionRequest FromSnapshot(Operation operation, const WorkerSnapshot& seen);
  TransitionResult Run(const TransitionRequest& request);
  absl::StatusOr<TransitionReply> RunUntilSettled(const TransitionRequest& request);
  TransitionResult Tell(const TransitionRequest& request, absl::StatusOr<TransitionReply> reply);
  TransitionResult RunEndToEnd(const TransitionRequest& request);

  ClaimResult Create(Operation operation, CreateRequest request);
  ClaimResult Claim(Operation operation, ClaimRequest request);
  absl::StatusOr<ClaimReply> SettleClaim(OperationId id, absl::Status doubt);
  ClaimResult TellClaim(Operation operation, OperationId id, absl::StatusOr<ClaimReply> reply);

  absl::StatusOr<std::optional<Fence>> FenceStranded(WorkerId worker, PodName name, PodUid uid,
                                                     absl::Duration age);
  Fence MintFence(const WorkerRow& row, PodUid uid, FenceOrigin origin);
  // `call` must own, or be outlived by, all that it touches.
  absl::Status Retrying(const CallSite& site, const std::function<absl::Status()>& call);
  void RunCleanups();

  const CpId cp_;
  const BootId boot_;
  Runtime& runtime_;
  LifecycleStore& store_;
  PodRuntime& pods_;
  SecretStore& secrets_;
  const Config& config_;
  EventSender events_;
  std::uint64_t last_sequence_ = 0;
  absl::btree_set<OperationId> claims_in_flight_;
  std::deque<Fence> cleanups_;
  int cleanup_activities_ = 0;
  std::unique_ptr<Signal> cleanups_done_;
};

}  // namespace fencepost
