// The reference store defines what every store does. It works in memory and on one thread.
//
// Every change of a row is made by one of the core's pure rules; the durable stores are compared
// with this store. Every true change is put on the event stream, and so is every refusal.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "core/events/store_events.h"
#include "core/seams/lifecycle_store.h"
#include "sim/world/session_table.h"
#include "sim/world/worker_index.h"

namespace fencepost::sim {

class ReferenceStore : public LifecycleStore {
 public:
  using Clock = std::function<absl::Time()>;

  // `clock` is the store's own; `observer` may be null.
  ReferenceStore(Clock clock, EventObserver* observer)
      : clock_(std::move(clock)), events_(observer) {}

  // An operator removes the row, whatever the control plane owns.
  void RemoveControlPlane(const CpId& cp) {
    std::erase_if(control_planes_, [&](const ControlPlaneRow& row) { return row.cp_id == cp; });
  }
  // Empties the store; worker ids start from 1 again.
  void Reset();

  // ---- WorkerStore
  absl::StatusOr<std::optional<WorkerSnapshot>> Observe(WorkerId worker) override;
  absl::StatusOr<std::vector<WorkerSnapshot>> ObserveAll(
      const std::vector<WorkerId>& workers) override;
  absl::StatusOr<ClaimReply> FindClaim(OperationId id) override;
  absl::StatusOr<std::vector<OwnedWorker>> ListOwned(const CpId& owner) override;
  absl::StatusOr<std::vector<WorkerSnapshot>> ListOrphans(absl::Duration grace,
                                                          std::int64_t limit) override;
  absl::StatusOr<std::vector<WorkerSnapshot>> ListByStateAge(WorkerState state, absl::Duration age,
                                                             std::int64_t limit) override;
  absl::StatusOr<std::vector<WorkerSnapshot>> ListParked(const Org& org,
                                                         std::int64_t limit) override;
  absl::StatusOr<std::vector<WorkerSnapshot>> ListOtherImages(const std::vector<Image>& wanted,
                                                              std::int64_t limit) override;

  absl::StatusOr<ClaimReply> CreateSlot(const CreateRequest& request) override;
  absl::StatusOr<ClaimReply> ClaimIdle(const ClaimRequest& request) override;
  absl::StatusOr<ClaimReply> ClaimHotIdle(const ClaimRequest& request) override;

  absl::Status RegisterControlPlane(const CpId& cp, BootId boot) override;
  absl::StatusOr<CpState> Heartbeat(const CpId& cp, absl::Duration orphan_grace) override;
  absl::Status BeginDrain(const CpId& cp) override;
  absl::Status DeregisterControlPlane(const CpId& cp) override;
  absl::StatusOr<std::vector<CpId>> ExpireControlPlanes(absl::Duration expiry) override;
  absl::StatusOr<std::vector<CpId>> ExpireOverdueDrains(absl::Duration overdue) override;
  absl::StatusOr<std::vector<ControlPlaneRow>> ListControlPlanes() override;
  absl::StatusOr<std::int64_t> ForgetControlPlanes(absl::Duration age) override;
  absl::StatusOr<std::int64_t> ForgetWorkers(absl::Duration age, std::int64_t limit) override;

  absl::StatusOr<SessionReply> OpenSession(const SessionHandle& session, const WorkerLease& lease,
                                           absl::Duration ttl) override;
  absl::StatusOr<SessionReply> DisconnectSession(const SessionHandle& session,
                                                 absl::Duration ttl) override;
  absl::StatusOr<SessionReply> ReclaimSession(const SessionHandle& session,
                                              const WorkerLease& lease,
                                              absl::Duration ttl) override;
  absl::StatusOr<SessionReply> CloseSession(const SessionHandle& session) override;
  absl::StatusOr<std::vector<SessionHandle>> RenewSessions(
      const CpId& owner, const std::vector<SessionHandle>& sessions, absl::Duration ttl) override;
  absl::StatusOr<std::vector<SessionRow>> ExpireSessions() override;
  absl::StatusOr<std::optional<SessionRow>> FindSession(const SessionId& session) override;
  absl::StatusOr<std::vector<SessionRow>> ListSessions(WorkerId worker) override;

  absl::StatusOr<LeadershipReply> AcquireLeadership(const CpId& cp, absl::Duration ttl) override;
  absl::Status ResignLeadership(const CpId& cp, Term term) override;

  // ---- The truth, for tests; each list is in the order of its ids.
  const std::vector<WorkerRow>& workers() const { return workers_; }
  const std::vector<ControlPlaneRow>& control_planes() const { return control_planes_; }
  const std::map<SessionId, SessionRow>& sessions() const { return sessions_.rows(); }

 private:
  absl::StatusOr<TransitionReply> Transition(const TransitionRequest& request) override;

  WorkerRow* FindWorker(WorkerId worker);
  ControlPlaneRow* FindControlPlane(const CpId& cp);
  // Brings the indices up to date. REQUIRES: called for every change of a row.
  void Changed(const WorkerRow& before, const WorkerRow& after);
  // Ends an open session and puts the change on the event stream.
  void End(SessionRow& session, SessionState as);
  bool HasLiveSession(WorkerId worker) const;
  // Ends the worker's sessions that are past their expiry, so that they stay expired even if the
  // clock goes back.
  void ExpireLapsed(WorkerId worker);
  GuardFacts FactsOf(const WorkerRow& row, absl::Duration orphan_grace);
  // Whether the control plane may own new workers.
  bool IsActive(const CpId& cp);
  std::int64_t CountOrg(const Org& org) const;
  std::int64_t CountWarm(const Image& image);
  absl::StatusOr<ClaimReply> Claim(Operation operation, const ClaimRequest& request);
  template <class IsDue>
  std::vector<CpId> Expire(ExpiryCause cause, IsDue is_due);

  Clock clock_;
  StoreEvents events_;
  std::vector<WorkerRow> workers_;  // ascending ids
  WorkerIndex index_;
  std::int64_t last_worker_id_ = 0;
  std::vector<ControlPlaneRow> control_planes_;
  SessionTable sessions_;
  CpId leader_;
  Term term_{};
  absl::Time leads_until_ = absl::InfinitePast();
};

}  // namespace fencepost::sim
