#include "store_pg/listing_sql.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "core/rules/claims.h"
#include "core/rules/transition.h"
#include "store_pg/names_sql.h"
#include "store_pg/rows.h"

namespace fencepost::pg {
namespace {

// @COLUMNS@ are the worker's, of a table called w; @ACTIVE@ and @READY@ are conditions on w.state.
Statement Written(const char* name, const std::string& sql) {
  const std::string columns = WorkerColumns("w.");
  const std::string active = StateIsActive("w.state");
  const std::string ready = StateIsOneOf("w.state", RuleOf(Operation::kRetireIdleVariant).from);
  const std::string claimed = StateIsOneOf("w.state", kClaimedStates);
  return {name, absl::StrReplaceAll(sql, {{"@COLUMNS@", columns},
                                          {"@ACTIVE@", active},
                                          {"@READY@", ready},
                                          {"@CLAIMED@", claimed}})};
}

}  // namespace

const Statement& ObserveStatement() {
  static const Statement kStatement =
      Written("observe", "SELECT @COLUMNS@ FROM fencepost.workers w WHERE w.worker_id = $1");
  return kStatement;
}

const Statement& ObserveAllStatement() {
  static const Statement kStatement = Written("observe_all", R"sql(
SELECT @COLUMNS@ FROM fencepost.workers w
WHERE w.worker_id = ANY ($1::bigint[]) ORDER BY w.worker_id
)sql");
  return kStatement;
}

const Statement& FindClaimStatement() {
  static const Statement kStatement = Written("find_claim", R"sql(
SELECT @COLUMNS@ FROM fencepost.workers w
WHERE w.operation_boot = $1 AND w.operation_sequence = $2 AND @CLAIMED@
)sql");
  return kStatement;
}

const Statement& ListOwnedStatement() {
  static const Statement kStatement = Written("list_owned", R"sql(
SELECT @COLUMNS@ FROM fencepost.workers w
WHERE w.owner_cp = $1 AND @ACTIVE@ ORDER BY w.worker_id
)sql");
  return kStatement;
}

const Statement& ListOrphansStatement() {
  static const Statement kStatement = Written("list_orphans", R"sql(
WITH RECURSIVE moment AS MATERIALIZED (
  SELECT fencepost.now() AS now
), owners (owner_cp) AS (
  (SELECT w.owner_cp FROM fencepost.workers w WHERE @ACTIVE@ ORDER BY w.owner_cp LIMIT 1)
  UNION ALL
  SELECT (SELECT w.owner_cp FROM fencepost.workers w
          WHERE @ACTIVE@ AND w.owner_cp > o.owner_cp ORDER BY w.owner_cp LIMIT 1)
  FROM owners o WHERE o.owner_cp IS NOT NULL
), gone AS (
  SELECT o.owner_cp FROM owners o LEFT JOIN fencepost.control_planes c ON c.cp_id = o.owner_cp
  WHERE o.owner_cp IS NOT NULL
    AND (c.cp_id IS NULL
         OR c.state = 'expired' AND c.expired_at + $1::interval <= (SELECT now FROM moment))
)
SELECT @COLUMNS@ FROM gone g CROSS JOIN LATERAL (
  SELECT w.* FROM fencepost.workers w
  WHERE w.owner_cp = g.owner_cp AND @ACTIVE@
    AND NOT EXISTS (SELECT FROM fencepost.sessions s
                    WHERE s.worker_id = w.worker_id AND s.state IN ('active', 'reconnecting')
                      AND s.expires_at > (SELECT now FROM moment))
  ORDER BY w.worker_id LIMIT $2) w
ORDER BY w.worker_id LIMIT $2
)sql");
  return kStatement;
}

const Statement& ListByStateAgeStatement() {
  static const Statement kStatement = Written("list_by_state_age", R"sql(
SELECT @COLUMNS@ FROM fencepost.workers w
WHERE w.state = $1 AND w.state_since <= (SELECT fencepost.now()) - $2::interval
ORDER BY w.state_since, w.worker_id LIMIT $3
)sql");
  return kStatement;
}

// The planner is not to walk along the ages of the whole fleet instead of the org's few workers.
const Statement& ListParkedStatement() {
  static const Statement kStatement = Written("list_parked", R"sql(
WITH parked AS MATERIALIZED (
  SELECT w.* FROM fencepost.workers w WHERE w.state = 'hot_idle' AND @READY@ AND w.org = $1
)
SELECT @COLUMNS@ FROM parked w ORDER BY w.state_since, w.worker_id LIMIT $2
)sql");
  return kStatement;
}

const Statement& ListOtherImagesStatement() {
  static const Statement kStatement = Written("list_other_images", R"sql(
WITH RECURSIVE images (image) AS (
  (SELECT w.image FROM fencepost.workers w WHERE @READY@ ORDER BY w.image LIMIT 1)
  UNION ALL
  SELECT (SELECT w.image FROM fencepost.workers w
          WHERE @READY@ AND w.image > i.image ORDER BY w.image LIMIT 1)
  FROM images i WHERE i.image IS NOT NULL
)
SELECT @COLUMNS@ FROM images i CROSS JOIN LATERAL (
  SELECT w.* FROM fencepost.workers w WHERE w.image = i.image AND @READY@
  ORDER BY w.worker_id LIMIT $2) w
WHERE i.image IS NOT NULL AND i.image <> ALL ($1::text[])
ORDER BY w.worker_id LIMIT $2
)sql");
  return kStatement;
}

const Statement& ListControlPlanesStatement() {
  static const Statement kStatement = [] {
    std::string columns;
    for (const std::string_view column : kControlPlaneColumns) {
      absl::StrAppend(&columns, columns.empty() ? "" : ", ", "c.", std::string(column));
    }
    return Statement{
        "list_control_planes",
        absl::StrCat("SELECT ", columns, " FROM fencepost.control_planes c ORDER BY c.cp_id")};
  }();
  return kStatement;
}

const Statement& ForgetWorkersStatement() {
  static const Statement kStatement = [] {
    std::string each;  // terminal state
    for (const WorkerState state : kAllWorkerStates) {
      if (!IsTerminal(state)) continue;
      absl::StrAppend(
          &each, each.empty() ? "" : " UNION ALL ",
          "(SELECT w.worker_id, w.state_since FROM fencepost.workers w WHERE w.state = ",
          StateLiteral(state),
          " AND w.state_since <= (SELECT fencepost.now()) - $1::interval"
          " ORDER BY w.state_since, w.worker_id LIMIT $2)");
    }
    return Statement{"forget_workers",
                     absl::StrCat("WITH dead AS MATERIALIZED (SELECT d.worker_id FROM (", each,
                                  ") d ORDER BY d.state_since, d.worker_id LIMIT $2), "
                                  "gone AS (DELETE FROM fencepost.workers w USING dead d"
                                  " WHERE w.worker_id = d.worker_id RETURNING w.worker_id) "
                                  "SELECT count(*) FROM gone")};
  }();
  return kStatement;
}

}  // namespace fencepost::pg
