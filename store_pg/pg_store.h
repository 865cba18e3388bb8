// The production store: workers, control planes and sessions in PostgreSQL.
//
// Every method is one statement in one round trip. Safe for many threads, processes and machines at
// once: what is atomic is so by row locks and narrow advisory locks in the server, never by
// anything in this process. A connection lost during a change is in doubt; one refused before it is
// not applied; serialization failures and deadlocks are repeated, because the server has undone
// them. The server's clock stamps rows, with microseconds.
//
// Needs a direct connection or a pooler in session mode: sessions have settings and prepared
// statements. An acknowledged change is as durable as the server's `synchronous_commit` says.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "core/seams/lifecycle_store.h"
#include "store_pg/pg_options.h"

namespace fencepost {

namespace pg {
class Parameters;
class Runner;
class TransitionTexts;
struct PoolFigures;
struct Statement;
}  // namespace pg

class PgStore final : public LifecycleStore {
 public:
  // NotApplied: the server cannot be reached. FailedPrecondition: the schema is missing, older,
  // newer or not ours (store_pg/schema.h). InvalidArgument: the options are wrong.
  static absl::StatusOr<std::unique_ptr<PgStore>> Connect(PgOptions options);
  ~PgStore() override;

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

  // ---- For metrics and tests
  pg::PoolFigures pool_figures() const;

 private:
  explicit PgStore(std::unique_ptr<pg::Runner> runner);

  absl::StatusOr<TransitionReply> Transition(const TransitionRequest& request) override;
  absl::StatusOr<ClaimReply> Claim(Operation operation, const ClaimRequest& request);
  absl::StatusOr<std::vector<WorkerSnapshot>> List(const pg::Statement& statement,
                                                   const pg::Parameters& parameters);

  struct ControlPlaneChange {
    bool changed = false;
    std::optional<CpState> before;
    ControlPlaneRow row;
  };
  // Run the statement and tell the observer what it changed.
  absl::StatusOr<std::vector<ControlPlaneChange>> ChangeControlPlanes(
      const pg::Statement& statement, const pg::Parameters& parameters);
  absl::StatusOr<std::vector<SessionReply>> ChangeSessions(const pg::Statement& statement,
                                                           const pg::Parameters& parameters);
  absl::StatusOr<SessionReply> ChangeSession(const pg::Statement& statement,
                                             const pg::Parameters& parameters);
  absl::StatusOr<std::vector<CpId>> Expire(const pg::Statement& statement, absl::Duration limit);

  const std::unique_ptr<pg::Runner> runner_;
  const std::unique_ptr<pg::TransitionTexts> texts_;
};

}  // namespace fencepost
