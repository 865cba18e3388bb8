// The embedded store: workers, control planes and sessions in one SQLite file.
//
// Every method is one transaction; every change reads the rows that it is about, lets core's pure
// rules judge and change them (core/rules/request.h, core/rules/claims.h, …), and writes them back,
// all under SQLite's write lock. So the rules are those of the reference store, to the letter. Safe
// for several threads (one call at a time) and for several processes on one machine; not over a
// network file system. An acknowledged change survives what SqliteOptions::synchronous promises.
//
// A method that does not get the write lock within the busy timeout is not applied.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "core/events/store_events.h"
#include "core/seams/lifecycle_store.h"
#include "store_sqlite/migration.h"
#include "store_sqlite/sqlite_options.h"

namespace fencepost {

namespace sqlite {
class Connection;
class Query;
class Statements;
}  // namespace sqlite

class SqliteStore final : public LifecycleStore {
 public:
  // FailedPrecondition: the file is another program's, or its schema is newer, or older (the
  // message says what to run). DataLoss: it is damaged. NotFound, PermissionDenied,
  // ResourceExhausted, Unavailable (locked): the operating system's reason. A file of another
  // program is not changed.
  static absl::StatusOr<std::unique_ptr<SqliteStore>> Open(SqliteOptions options);
  ~SqliteStore() override;

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

 private:
  friend class SqliteSandbox;

  SqliteStore(SqliteOptions options, std::unique_ptr<sqlite::Connection> connection);

  absl::StatusOr<TransitionReply> Transition(const TransitionRequest& request) override;

  // One transaction around `body`, which need not handle errors: the connection keeps the first.
  // The events that `body` has recorded are sent once the commit is acknowledged.
  absl::Status Read(absl::FunctionRef<void()> body);
  absl::Status Change(absl::FunctionRef<void()> body);

  // ---- Within a transaction
  sqlite::Query Ask(std::string_view sql);
  std::vector<WorkerRow> Workers(sqlite::Query& query);
  std::vector<SessionRow> Sessions(sqlite::Query& query);
  std::optional<WorkerRow> FindWorker(WorkerId worker);
  std::optional<ControlPlaneRow> FindControlPlane(const CpId& cp);
  std::optional<SessionRow> FindRow(const SessionId& session);
  std::vector<ControlPlaneRow> ControlPlanes();
  bool IsActive(const CpId& cp);
  bool HasLiveSession(WorkerId worker, absl::Time now);
  GuardFacts FactsOf(const WorkerRow& row, absl::Duration orphan_grace, absl::Time now);
  void ExpireLapsed(WorkerId worker, absl::Time now);
  void Update(Operation operation, const WorkerRow& row);
  void Put(const ControlPlaneRow& row);
  void Put(const SessionRow& row);
  // Each tells the observer, once the commit is acknowledged, the row before and after.
  void PutAndTell(const SessionRow& row, std::optional<SessionState> before);
  void PutAndTell(const ControlPlaneRow& row, std::optional<CpState> before);
  void TellLater(std::function<void()> event);

  std::int64_t Count(sqlite::Query& query);
  bool OrgHasRoom(const Org& org, const Caps& caps);
  std::optional<ClaimOutcome> WhyNot(const CreateRequest& request);
  std::optional<WorkerRow> Lowest(Operation operation, const ClaimRequest& request, const Org& org);
  absl::StatusOr<ClaimReply> Claim(Operation operation, const ClaimRequest& request);
  static std::vector<WorkerSnapshot> Snapshots(std::vector<WorkerRow> rows);
  template <class Decide>
  absl::Status ChangeControlPlane(const CpId& cp, Decide decide);
  template <class IsDue>
  absl::StatusOr<std::vector<CpId>> Expire(ExpiryCause cause, IsDue is_due);
  template <class Decide>
  absl::StatusOr<SessionReply> ChangeSession(const SessionId& session, Decide decide);

  absl::Time Now() const;

  const SqliteOptions options_;
  const StoreEvents events_;
  std::mutex mutex_;  // around each transaction and its events
  const std::unique_ptr<sqlite::Connection> connection_;
  const std::unique_ptr<sqlite::Statements> statements_;
  std::vector<std::function<void()>> noted_;
};

// Brings the file to the schema that this program knows, or makes a new file; harmless when the
// schema is current. Has the errors of SqliteStore::Open.
absl::StatusOr<SqliteMigration> MigrateSqlite(const SqliteOptions& options);

}  // namespace fencepost
