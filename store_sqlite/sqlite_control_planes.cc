// SqliteStore: control planes and leadership.

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "core/rules/control_planes.h"
#include "core/rules/store_arguments.h"
#include "store_sqlite/connection.h"
#include "store_sqlite/rows.h"
#include "store_sqlite/sqlite_store.h"

namespace fencepost {

std::optional<ControlPlaneRow> SqliteStore::FindControlPlane(const CpId& cp) {
  static const std::string kSql =
      absl::StrCat(std::string(sqlite::kSelectControlPlane), "WHERE cp_id = ?");
  sqlite::Query query = Ask(kSql);
  query.Bind(cp);
  if (!query.Step()) return std::nullopt;
  return sqlite::ReadControlPlane(query);
}

std::vector<ControlPlaneRow> SqliteStore::ControlPlanes() {
  static const std::string kSql =
      absl::StrCat(std::string(sqlite::kSelectControlPlane), "ORDER BY cp_id");
  sqlite::Query query = Ask(kSql);
  std::vector<ControlPlaneRow> rows;
  while (query.Step()) rows.push_back(sqlite::ReadControlPlane(query));
  return rows;
}

bool SqliteStore::IsActive(const CpId& cp) {
  const std::optional<ControlPlaneRow> row = FindControlPlane(cp);
  return row.has_value() && row->state == CpState::kActive;
}

void SqliteStore::Put(const ControlPlaneRow& row) {
  sqlite::Query query = Ask(sqlite::kPutControlPlane);
  sqlite::BindPut(query, row);
  query.Step();
}

void SqliteStore::PutAndTell(const ControlPlaneRow& row, std::optional<CpState> before) {
  Put(row);
  TellLater([this, row, before] { events_.Changed(row, before); });
}

absl::Status SqliteStore::RegisterControlPlane(const CpId& cp, BootId boot) {
  if (absl::Status valid = CheckCp(cp); !valid.ok()) return valid;
  absl::Status registered;
  const absl::Status changed = Change([&] {
    if (const std::optional<ControlPlaneRow> known = FindControlPlane(cp)) {
      registered = JudgeRegistration(*known, boot);
      return;
    }
    PutAndTell(NewControlPlane(cp, boot, Now()), std::nullopt);
  });
  if (!changed.ok()) return changed;
  return registered;
}

// `decide` changes the row, or returns why it does not.
template <class Decide>
absl::Status SqliteStore::ChangeControlPlane(const CpId& cp, Decide decide) {
  if (absl::Status valid = CheckCp(cp); !valid.ok()) return valid;
  absl::Status decided;
  const absl::Status changed = Change([&] {
    std::optional<ControlPlaneRow> row = FindControlPlane(cp);
    if (connection_->failed()) return;
    if (!row.has_value()) {
      decided = NoSuchControlPlane(cp);
      return;
    }
    const ControlPlaneRow before = *row;
    decided = decide(*row);
    if (!decided.ok() || *row == before) return;
    if (IsEventful(before, *row)) {
      PutAndTell(*row, before.state);
    } else {
      Put(*row);
    }
  });
  return changed.ok() ? decided : changed;
}

absl::StatusOr<CpState> SqliteStore::Heartbeat(const CpId& cp, absl::Duration orphan_grace) {
  if (absl::Status valid = CheckNotNegative(orphan_grace, "the orphan grace"); !valid.ok()) {
    return valid;
  }
  CpState state = CpState::kActive;
  const absl::Status beaten = ChangeControlPlane(cp, [&](ControlPlaneRow& row) {
    ApplyHeartbeat(orphan_grace, Now(), row);
    state = row.state;
    return absl::OkStatus();
  });
  if (!beaten.ok()) return beaten;
  return state;
}

absl::Status SqliteStore::BeginDrain(const CpId& cp) {
  return ChangeControlPlane(cp, [&](ControlPlaneRow& row) { return ApplyBeginDrain(Now(), row); });
}

absl::Status SqliteStore::DeregisterControlPlane(const CpId& cp) {
  return ChangeControlPlane(cp, [&](ControlPlaneRow& row) {
    ApplyDeregistration(Now(), row);
    return absl::OkStatus();
  });
}

template <class IsDue>
absl::StatusOr<std::vector<CpId>> SqliteStore::Expire(ExpiryCause cause, IsDue is_due) {
  std::vector<CpId> expired;
  const absl::Status changed = Change([&] {
    const absl::Time now = Now();
    for (ControlPlaneRow& row : ControlPlanes()) {
      if (!is_due(row, now)) continue;
      const CpState before = row.state;
      ApplyExpiry(cause, now, row);
      PutAndTell(row, before);
      expired.push_back(row.cp_id);
    }
  });
  if (!changed.ok()) return changed;
  return expired;
}

absl::StatusOr<std::vector<CpId>> SqliteStore::ExpireControlPlanes(absl::Duration expiry) {
  if (absl::Status valid = CheckNotNegative(expiry, "the expiry"); !valid.ok()) return valid;
  return Expire(ExpiryCause::kMissedHeartbeat, [&](const ControlPlaneRow& row, absl::Time now) {
    return HasMissedHeartbeats(row, expiry, now);
  });
}

absl::StatusOr<std::vector<CpId>> SqliteStore::ExpireOverdueDrains(absl::Duration overdue) {
  if (absl::Status valid = CheckNotNegative(overdue, "the drain's limit"); !valid.ok()) {
    return valid;
  }
  return Expire(ExpiryCause::kOverdueDrain, [&](const ControlPlaneRow& row, absl::Time now) {
    return DrainIsOverdue(row, overdue, now);
  });
}

absl::StatusOr<std::vector<ControlPlaneRow>> SqliteStore::ListControlPlanes() {
  std::vector<ControlPlaneRow> rows;
  if (absl::Status read = Read([&] { rows = ControlPlanes(); }); !read.ok()) return read;
  return rows;
}

absl::StatusOr<std::int64_t> SqliteStore::ForgetControlPlanes(absl::Duration age) {
  if (absl::Status valid = CheckNotNegative(age, "the age"); !valid.ok()) return valid;
  std::int64_t forgotten = 0;
  const absl::Status changed = Change([&] {
    const absl::Time now = Now();
    for (const ControlPlaneRow& row : ControlPlanes()) {
      if (!IsForgettable(row, age, now)) continue;
      sqlite::Query owned = Ask(
          "SELECT 1 FROM worker WHERE owner_cp = ? AND state NOT IN ('retired', 'lost') LIMIT 1");
      owned.Bind(row.cp_id);
      if (owned.Step()) continue;
      sqlite::Query gone = Ask("DELETE FROM control_plane WHERE cp_id = ?");
      gone.Bind(row.cp_id);
      gone.Step();
      ++forgotten;
    }
  });
  if (!changed.ok()) return changed;
  return forgotten;
}

// ---- Leadership --------------------------------------------------------------------------------

absl::StatusOr<LeadershipReply> SqliteStore::AcquireLeadership(const CpId& cp, absl::Duration ttl) {
  if (absl::Status valid = CheckCp(cp); !valid.ok()) return valid;
  if (absl::Status valid = CheckTtl(ttl); !valid.ok()) return valid;
  LeadershipReply reply;
  const absl::Status changed = Change([&] {
    const absl::Time now = Now();
    reply = LeadershipReply{.leads = false, .term = Term{}, .leader = CpId(), .until = {}};
    reply.until = absl::InfinitePast();
    {
      sqlite::Query query = Ask("SELECT leader, term, until FROM leadership");
      if (query.Step()) {
        reply.leader = CpId(std::string(query.Text(0)));
        reply.term = Term{query.Number(1)};
        reply.until = query.Time(2);
      }
    }
    const bool led = now < reply.until;
    const bool own = led && reply.leader == cp;
    if (led && !own) return;
    if (!own) reply.term = Term{Number(reply.term) + 1};
    reply.leads = true;
    reply.leader = cp;
    reply.until = StoredTime(now + ttl);
    sqlite::Query put =
        Ask("INSERT OR REPLACE INTO leadership (one, leader, term, until) VALUES (1, ?, ?, ?)");
    put.Bind(cp);
    put.Bind(Number(reply.term));
    put.Bind(reply.until);
    put.Step();
  });
  if (!changed.ok()) return changed;
  return reply;
}

absl::Status SqliteStore::ResignLeadership(const CpId& cp, Term term) {
  if (absl::Status valid = CheckCp(cp); !valid.ok()) return valid;
  return Change([&] {
    sqlite::Query query = Ask("UPDATE leadership SET until = ? WHERE leader = ? AND term = ?");
    query.Bind(absl::InfinitePast());
    query.Bind(cp);
    query.Bind(Number(term));
    query.Step();
  });
}

}  // namespace fencepost
