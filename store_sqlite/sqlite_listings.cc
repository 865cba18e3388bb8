// SqliteStore: observing, listings, retention. Each reads through an index in its order, and stops
// at its limit.

#include <algorithm>
#include <set>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "core/rules/claims.h"
#include "core/rules/store_arguments.h"
#include "store_sqlite/connection.h"
#include "store_sqlite/rows.h"
#include "store_sqlite/sqlite_store.h"

namespace fencepost {
namespace {

std::string SelectWorker(std::string_view rest) {
  return absl::StrCat(std::string(sqlite::kSelectWorker), std::string(rest));
}

void KeepLowest(std::vector<WorkerRow>& rows, std::int64_t limit) {
  std::sort(rows.begin(), rows.end(),
            [](const WorkerRow& a, const WorkerRow& b) { return a.worker_id < b.worker_id; });
  if (std::ssize(rows) > limit) rows.erase(rows.begin() + limit, rows.end());
}

}  // namespace

absl::StatusOr<std::optional<WorkerSnapshot>> SqliteStore::Observe(WorkerId worker) {
  std::optional<WorkerSnapshot> seen;
  const absl::Status read = Read([&] {
    if (std::optional<WorkerRow> row = FindWorker(worker)) seen = MintSnapshot(*std::move(row));
  });
  if (!read.ok()) return read;
  return seen;
}

absl::StatusOr<std::vector<WorkerSnapshot>> SqliteStore::ObserveAll(
    const std::vector<WorkerId>& workers) {
  std::vector<WorkerSnapshot> seen;
  const absl::Status read = Read([&] {
    for (const WorkerId worker : std::set<WorkerId>(workers.begin(), workers.end())) {
      if (std::optional<WorkerRow> row = FindWorker(worker)) {
        seen.push_back(MintSnapshot(*std::move(row)));
      }
    }
  });
  if (!read.ok()) return read;
  return seen;
}

absl::StatusOr<ClaimReply> SqliteStore::FindClaim(OperationId id) {
  if (absl::Status valid = CheckOperationId(id); !valid.ok()) return valid;
  static const std::string kSql = SelectWorker(
      "WHERE operation_boot = ? AND operation_sequence = ? AND state IN ('spawning', 'reserved')");
  ClaimReply reply;
  const absl::Status read = Read([&] {
    sqlite::Query query = Ask(kSql);
    query.Bind(id);
    if (query.Step()) reply = Granted(sqlite::ReadWorker(query));
  });
  if (!read.ok()) return read;
  return reply;
}

absl::StatusOr<std::vector<OwnedWorker>> SqliteStore::ListOwned(const CpId& owner) {
  if (absl::Status valid = CheckCp(owner); !valid.ok()) return valid;
  static const std::string kSql =
      SelectWorker("WHERE owner_cp = ? AND state NOT IN ('retired', 'lost') ORDER BY worker_id");
  std::vector<OwnedWorker> owned;
  const absl::Status read = Read([&] {
    sqlite::Query query = Ask(kSql);
    query.Bind(owner);
    for (WorkerRow& row : Workers(query)) {
      WorkerLease lease = MintLease(row);
      owned.push_back({MintSnapshot(std::move(row)), std::move(lease)});
    }
  });
  if (!read.ok()) return read;
  return owned;
}

// Goes owner by owner: there are few owners, however many workers there are.
absl::StatusOr<std::vector<WorkerSnapshot>> SqliteStore::ListOrphans(absl::Duration grace,
                                                                     std::int64_t limit) {
  if (absl::Status valid = CheckListing(grace, limit); !valid.ok()) return valid;
  static const std::string kNextOwner =
      "SELECT owner_cp FROM worker WHERE owner_cp > ? AND state NOT IN ('retired', 'lost') "
      "ORDER BY owner_cp LIMIT 1";
  static const std::string kOfOwner = SelectWorker(
      "WHERE owner_cp = ? AND state NOT IN ('retired', 'lost') AND NOT EXISTS ("
      "SELECT 1 FROM session s WHERE s.worker_id = worker.worker_id "
      "AND s.state IN ('active', 'reconnecting') AND s.expires_at > ?) "
      "ORDER BY worker_id LIMIT ?");
  std::vector<WorkerRow> orphans;
  const absl::Status read = Read([&] {
    const absl::Time now = Now();
    for (CpId owner;;) {
      {
        sqlite::Query next = Ask(kNextOwner);
        next.Bind(owner);
        if (!next.Step()) break;
        owner = CpId(std::string(next.Text(0)));
      }
      const std::optional<ControlPlaneRow> row = FindControlPlane(owner);
      if (!OwnerIsGone(row.has_value() ? &*row : nullptr, grace, now)) continue;
      sqlite::Query query = Ask(kOfOwner);
      query.Bind(owner);
      query.Bind(now);
      query.Bind(limit);
      for (WorkerRow& orphan : Workers(query)) orphans.push_back(std::move(orphan));
    }
  });
  if (!read.ok()) return read;
  KeepLowest(orphans, limit);
  return Snapshots(std::move(orphans));
}

absl::StatusOr<std::vector<WorkerSnapshot>> SqliteStore::ListByStateAge(WorkerState state,
                                                                        absl::Duration age,
                                                                        std::int64_t limit) {
  if (absl::Status valid = CheckListing(age, limit); !valid.ok()) return valid;
  static const std::string kSql =
      SelectWorker("WHERE state = ? AND state_since <= ? ORDER BY state_since, worker_id LIMIT ?");
  std::vector<WorkerRow> rows;
  const absl::Status read = Read([&] {
    sqlite::Query query = Ask(kSql);
    query.Bind(StateName(state));
    query.Bind(Now() - age);
    query.Bind(limit);
    rows = Workers(query);
  });
  if (!read.ok()) return read;
  return Snapshots(std::move(rows));
}

absl::StatusOr<std::vector<WorkerSnapshot>> SqliteStore::ListParked(const Org& org,
                                                                    std::int64_t limit) {
  if (absl::Status valid = CheckLimit(limit); !valid.ok()) return valid;
  static const std::string kSql =
      SelectWorker("WHERE org = ? AND state = 'hot_idle' ORDER BY state_since, worker_id LIMIT ?");
  std::vector<WorkerRow> rows;
  const absl::Status read = Read([&] {
    sqlite::Query query = Ask(kSql);
    query.Bind(org);
    query.Bind(limit);
    rows = Workers(query);
  });
  if (!read.ok()) return read;
  return Snapshots(std::move(rows));
}

absl::StatusOr<std::vector<WorkerSnapshot>> SqliteStore::ListOtherImages(
    const std::vector<Image>& wanted, std::int64_t limit) {
  if (absl::Status valid = CheckLimit(limit); !valid.ok()) return valid;
  static const std::string kNextImage =
      "SELECT image FROM worker WHERE image > ? AND state IN ('idle', 'hot_idle') "
      "ORDER BY image LIMIT 1";
  static const std::string kOfImage =
      SelectWorker("WHERE image = ? AND state IN ('idle', 'hot_idle') ORDER BY worker_id LIMIT ?");
  std::vector<WorkerRow> other;
  const absl::Status read = Read([&] {
    for (Image image;;) {
      {
        sqlite::Query next = Ask(kNextImage);
        next.Bind(image);
        if (!next.Step()) break;
        image = Image(std::string(next.Text(0)));
      }
      if (std::find(wanted.begin(), wanted.end(), image) != wanted.end()) continue;
      sqlite::Query query = Ask(kOfImage);
      query.Bind(image);
      query.Bind(limit);
      for (WorkerRow& row : Workers(query)) other.push_back(std::move(row));
    }
  });
  if (!read.ok()) return read;
  KeepLowest(other, limit);
  return Snapshots(std::move(other));
}

absl::StatusOr<std::int64_t> SqliteStore::ForgetWorkers(absl::Duration age, std::int64_t limit) {
  if (absl::Status valid = CheckListing(age, limit); !valid.ok()) return valid;
  static const std::string kDead =
      "SELECT state_since, worker_id FROM worker WHERE state = ? AND state_since <= ? "
      "ORDER BY state_since, worker_id LIMIT ?";
  std::int64_t forgotten = 0;
  const absl::Status changed = Change([&] {
    std::vector<std::pair<std::int64_t, std::int64_t>> dead;
    for (const WorkerState state : {WorkerState::kRetired, WorkerState::kLost}) {
      sqlite::Query query = Ask(kDead);
      query.Bind(StateName(state));
      query.Bind(Now() - age);
      query.Bind(limit);
      while (query.Step()) dead.emplace_back(query.Number(0), query.Number(1));
    }
    std::sort(dead.begin(), dead.end());
    if (std::ssize(dead) > limit) dead.erase(dead.begin() + limit, dead.end());
    for (const auto& [since, worker] : dead) {
      for (const std::string_view sql :
           {"DELETE FROM session WHERE worker_id = ?", "DELETE FROM worker WHERE worker_id = ?"}) {
        sqlite::Query query = Ask(sql);
        query.Bind(worker);
        query.Step();
      }
    }
    forgotten = std::ssize(dead);
  });
  if (!changed.ok()) return changed;
  return forgotten;
}

}  // namespace fencepost
