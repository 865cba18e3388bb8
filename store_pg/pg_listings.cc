// PgStore: observing, listings, retention.

#include "core/rules/store_arguments.h"
#include "store_pg/listing_sql.h"
#include "store_pg/pg_store.h"
#include "store_pg/rows.h"
#include "store_pg/runner.h"

namespace fencepost {

absl::StatusOr<std::vector<WorkerSnapshot>> PgStore::List(const pg::Statement& statement,
                                                          const pg::Parameters& parameters) {
  const absl::StatusOr<pqxx::result> result = runner_->Read(statement, parameters);
  if (!result.ok()) return result.status();
  std::vector<WorkerSnapshot> listed;
  listed.reserve(result->size());
  for (const pqxx::row& fields : *result) listed.push_back(MintSnapshot(pg::ReadWorker(fields, 0)));
  return listed;
}

absl::StatusOr<std::optional<WorkerSnapshot>> PgStore::Observe(WorkerId worker) {
  pg::Parameters parameters;
  parameters.Add(Number(worker));
  absl::StatusOr<std::vector<WorkerSnapshot>> found = List(pg::ObserveStatement(), parameters);
  if (!found.ok()) return found.status();
  if (found->empty()) return std::nullopt;
  return std::move(found->front());
}

absl::StatusOr<std::vector<WorkerSnapshot>> PgStore::ObserveAll(
    const std::vector<WorkerId>& workers) {
  pg::Parameters parameters;
  parameters.Add(workers);
  return List(pg::ObserveAllStatement(), parameters);
}

absl::StatusOr<ClaimReply> PgStore::FindClaim(OperationId id) {
  if (absl::Status valid = CheckOperationId(id); !valid.ok()) return valid;
  pg::Parameters parameters;
  parameters.Add(id);
  const auto found = List(pg::FindClaimStatement(), parameters);
  if (!found.ok()) return found.status();
  ClaimReply reply;
  if (found->empty()) return reply;
  reply.outcome = ClaimOutcome::kClaimed;
  reply.row = found->front();
  reply.lease = MintLease(found->front().row());
  return reply;
}

absl::StatusOr<std::vector<OwnedWorker>> PgStore::ListOwned(const CpId& owner) {
  if (absl::Status valid = CheckCp(owner); !valid.ok()) return valid;
  pg::Parameters parameters;
  parameters.Add(owner);
  absl::StatusOr<std::vector<WorkerSnapshot>> rows = List(pg::ListOwnedStatement(), parameters);
  if (!rows.ok()) return rows.status();
  std::vector<OwnedWorker> owned;
  owned.reserve(rows->size());
  for (WorkerSnapshot& row : *rows) {
    WorkerLease lease = MintLease(row.row());
    owned.push_back({std::move(row), std::move(lease)});
  }
  return owned;
}

absl::StatusOr<std::vector<WorkerSnapshot>> PgStore::ListOrphans(absl::Duration grace,
                                                                 std::int64_t limit) {
  if (absl::Status valid = CheckListing(grace, limit); !valid.ok()) return valid;
  pg::Parameters parameters;
  parameters.Add(grace).Add(limit);
  return List(pg::ListOrphansStatement(), parameters);
}

absl::StatusOr<std::vector<WorkerSnapshot>> PgStore::ListByStateAge(WorkerState state,
                                                                    absl::Duration age,
                                                                    std::int64_t limit) {
  if (absl::Status valid = CheckListing(age, limit); !valid.ok()) return valid;
  pg::Parameters parameters;
  parameters.Add(StateName(state)).Add(age).Add(limit);
  return List(pg::ListByStateAgeStatement(), parameters);
}

absl::StatusOr<std::vector<WorkerSnapshot>> PgStore::ListParked(const Org& org,
                                                                std::int64_t limit) {
  if (absl::Status valid = CheckLimit(limit); !valid.ok()) return valid;
  pg::Parameters parameters;
  parameters.Add(org).Add(limit);
  return List(pg::ListParkedStatement(), parameters);
}

absl::StatusOr<std::vector<WorkerSnapshot>> PgStore::ListOtherImages(
    const std::vector<Image>& wanted, std::int64_t limit) {
  if (absl::Status valid = CheckLimit(limit); !valid.ok()) return valid;
  pg::Parameters parameters;
  parameters.Add(wanted).Add(limit);
  return List(pg::ListOtherImagesStatement(), parameters);
}

absl::StatusOr<std::vector<ControlPlaneRow>> PgStore::ListControlPlanes() {
  const absl::StatusOr<pqxx::result> result =
      runner_->Read(pg::ListControlPlanesStatement(), pg::Parameters());
  if (!result.ok()) return result.status();
  std::vector<ControlPlaneRow> rows;
  for (const pqxx::row& fields : *result) rows.push_back(pg::ReadControlPlane(fields, 0));
  return rows;
}

absl::StatusOr<std::int64_t> PgStore::ForgetWorkers(absl::Duration age, std::int64_t limit) {
  if (absl::Status valid = CheckListing(age, limit); !valid.ok()) return valid;
  pg::Parameters parameters;
  parameters.Add(age).Add(limit);
  const absl::StatusOr<pqxx::result> result =
      runner_->Change(pg::ForgetWorkersStatement(), parameters);
  if (!result.ok()) return result.status();
  return pg::ReadNumber((*result)[0][0]);
}

}  // namespace fencepost
