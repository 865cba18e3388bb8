// PgStore: control planes and leadership.

#include <string>

#include "absl/strings/str_cat.h"
#include "core/rules/control_planes.h"
#include "core/rules/store_arguments.h"
#include "store_pg/pg_store.h"
#include "store_pg/rows.h"
#include "store_pg/runner.h"

namespace fencepost {
namespace {

constexpr int kRowAt = 2;  // after changed and state_before

// SELECT of a fencepost.control_plane_change.
pg::Statement ChangeStatement(const char* function, const char* parameters) {
  std::string sql = "SELECT r.changed, r.state_before";
  for (const std::string_view column : pg::kControlPlaneColumns) {
    absl::StrAppend(&sql, ", (r.cp).", std::string(column));
  }
  absl::StrAppend(&sql, " FROM fencepost.", function, parameters, " r");
  return {function, std::move(sql)};
}

}  // namespace

absl::StatusOr<std::vector<PgStore::ControlPlaneChange>> PgStore::ChangeControlPlanes(
    const pg::Statement& statement, const pg::Parameters& parameters) {
  const auto turn = runner_->Turn();
  const absl::StatusOr<pqxx::result> result = runner_->Change(statement, parameters);
  if (!result.ok()) return result.status();
  std::vector<ControlPlaneChange> changes;
  for (const pqxx::row& fields : *result) {
    ControlPlaneChange change;
    change.changed = pg::ReadBool(fields[0]);
    if (!fields[1].is_null()) change.before = pg::ParseCpState(pg::ReadText(fields[1]));
    change.row = pg::ReadControlPlane(fields, kRowAt);
    if (change.changed) runner_->events().Changed(change.row, change.before);
    changes.push_back(std::move(change));
  }
  return changes;
}

absl::Status PgStore::RegisterControlPlane(const CpId& cp, BootId boot) {
  if (absl::Status valid = CheckCp(cp); !valid.ok()) return valid;
  static const pg::Statement kStatement = ChangeStatement("register_control_plane", "($1, $2)");
  pg::Parameters parameters;
  parameters.Add(cp).Add(boot);
  const auto changes = ChangeControlPlanes(kStatement, parameters);
  if (!changes.ok()) return changes.status();
  return JudgeRegistration(changes->at(0).row, boot);
}

absl::StatusOr<CpState> PgStore::Heartbeat(const CpId& cp, absl::Duration orphan_grace) {
  if (absl::Status valid = CheckCp(cp); !valid.ok()) return valid;
  if (absl::Status valid = CheckNotNegative(orphan_grace, "the orphan grace"); !valid.ok()) {
    return valid;
  }
  static const pg::Statement kStatement = ChangeStatement("heartbeat", "($1, $2)");
  pg::Parameters parameters;
  parameters.Add(cp).Add(orphan_grace);
  const auto changes = ChangeControlPlanes(kStatement, parameters);
  if (!changes.ok()) return changes.status();
  if (changes->empty()) return NoSuchControlPlane(cp);
  return changes->at(0).row.state;
}

absl::Status PgStore::BeginDrain(const CpId& cp) {
  if (absl::Status valid = CheckCp(cp); !valid.ok()) return valid;
  static const pg::Statement kStatement = ChangeStatement("begin_drain", "($1)");
  pg::Parameters parameters;
  parameters.Add(cp);
  const auto changes = ChangeControlPlanes(kStatement, parameters);
  if (!changes.ok()) return changes.status();
  if (changes->empty()) return NoSuchControlPlane(cp);
  ControlPlaneRow row = changes->at(0).row;  // draining now, or expired: then the rule says why not
  return ApplyBeginDrain(row.draining_since, row);
}

absl::Status PgStore::DeregisterControlPlane(const CpId& cp) {
  if (absl::Status valid = CheckCp(cp); !valid.ok()) return valid;
  static const pg::Statement kStatement = ChangeStatement("deregister_control_plane", "($1)");
  pg::Parameters parameters;
  parameters.Add(cp);
  const auto changes = ChangeControlPlanes(kStatement, parameters);
  if (!changes.ok()) return changes.status();
  return changes->empty() ? NoSuchControlPlane(cp) : absl::OkStatus();
}

absl::StatusOr<std::vector<CpId>> PgStore::Expire(const pg::Statement& statement,
                                                  absl::Duration limit) {
  pg::Parameters parameters;
  parameters.Add(limit);
  const auto changes = ChangeControlPlanes(statement, parameters);
  if (!changes.ok()) return changes.status();
  std::vector<CpId> expired;
  for (const ControlPlaneChange& change : *changes) expired.push_back(change.row.cp_id);
  return expired;
}

absl::StatusOr<std::vector<CpId>> PgStore::ExpireControlPlanes(absl::Duration expiry) {
  if (absl::Status valid = CheckNotNegative(expiry, "the expiry"); !valid.ok()) return valid;
  static const pg::Statement kStatement = ChangeStatement("expire_control_planes", "($1)");
  return Expire(kStatement, expiry);
}

absl::StatusOr<std::vector<CpId>> PgStore::ExpireOverdueDrains(absl::Duration overdue) {
  if (absl::Status valid = CheckNotNegative(overdue, "the drain's limit"); !valid.ok()) {
    return valid;
  }
  static const pg::Statement kStatement = ChangeStatement("expire_overdue_drains", "($1)");
  return Expire(kStatement, overdue);
}

absl::StatusOr<std::int64_t> PgStore::ForgetControlPlanes(absl::Duration age) {
  if (absl::Status valid = CheckNotNegative(age, "the age"); !valid.ok()) return valid;
  static const pg::Statement kStatement{"forget_control_planes",
                                        "SELECT fencepost.forget_control_planes($1)"};
  pg::Parameters parameters;
  parameters.Add(age);
  const absl::StatusOr<pqxx::result> result = runner_->Change(kStatement, parameters);
  if (!result.ok()) return result.status();
  return pg::ReadNumber((*result)[0][0]);
}

absl::StatusOr<LeadershipReply> PgStore::AcquireLeadership(const CpId& cp, absl::Duration ttl) {
  if (absl::Status valid = CheckCp(cp); !valid.ok()) return valid;
  if (absl::Status valid = CheckTtl(ttl); !valid.ok()) return valid;
  static const pg::Statement kStatement{
      "acquire_leadership",
      "SELECT r.leads, r.present_term, r.present_leader, r.present_until"
      " FROM fencepost.acquire_leadership($1, $2) r"};
  pg::Parameters parameters;
  parameters.Add(cp).Add(ttl);
  const absl::StatusOr<pqxx::result> result = runner_->Change(kStatement, parameters);
  if (!result.ok()) return result.status();
  const pqxx::row& fields = (*result)[0];
  return LeadershipReply{.leads = pg::ReadBool(fields[0]),
                         .term = Term{pg::ReadNumber(fields[1])},
                         .leader = CpId(std::string(pg::ReadText(fields[2]))),
                         .until = pg::ParseTime(pg::ReadText(fields[3]))};
}

absl::Status PgStore::ResignLeadership(const CpId& cp, Term term) {
  if (absl::Status valid = CheckCp(cp); !valid.ok()) return valid;
  static const pg::Statement kStatement{"resign_leadership",
                                        "UPDATE fencepost.leadership SET until = '-infinity'"
                                        " WHERE only_row AND leader = $1 AND term = $2"};
  pg::Parameters parameters;
  parameters.Add(cp).Add(Number(term));
  return runner_->Change(kStatement, parameters).status();
}

}  // namespace fencepost
