// The rows of the tables: their columns, how they are read and written, and which of a worker's
// columns an operation of the lifecycle table changes.
#pragma once

#include <string>
#include <string_view>

#include "core/rules/transition.h"
#include "core/rules/worker.h"
#include "store_sqlite/statement.h"

namespace fencepost::sqlite {

// ---- Workers
inline constexpr std::string_view kSelectWorker =
    "SELECT worker_id, pod_uid, image, state, org, owner_cp, owner_epoch, revision, "
    "operation_boot, operation_sequence, retire_reason, credentials_expiry, created_at, "
    "updated_at, state_since, activated_at FROM worker ";
WorkerRow ReadWorker(const Query& query);

// Stores a new row.
std::string_view InsertWorkerSql();
void BindInsert(Query& query, const WorkerRow& row);
// Stores only the columns that an operation of this rule may have changed: SQLite writes the
// indexes of every column that the statement names.
std::string UpdateWorkerSql(const TransitionRule& rule);
void BindUpdate(Query& query, const TransitionRule& rule, const WorkerRow& row);

// ---- Control planes
inline constexpr std::string_view kSelectControlPlane =
    "SELECT cp_id, boot_id, state, expiry_cause, heartbeat_at, draining_since, expired_at "
    "FROM control_plane ";
ControlPlaneRow ReadControlPlane(const Query& query);
inline constexpr std::string_view kPutControlPlane =
    "INSERT OR REPLACE INTO control_plane (cp_id, boot_id, state, expiry_cause, heartbeat_at, "
    "draining_since, expired_at) VALUES (?, ?, ?, ?, ?, ?, ?)";
void BindPut(Query& query, const ControlPlaneRow& row);

// ---- Sessions
inline constexpr std::string_view kSelectSession =
    "SELECT org, token, holder_boot, holder_sequence, worker_id, epoch, state, expires_at "
    "FROM session ";
SessionRow ReadSession(const Query& query);
inline constexpr std::string_view kPutSession =
    "INSERT OR REPLACE INTO session (org, token, holder_boot, holder_sequence, worker_id, epoch, "
    "state, expires_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)";
void BindPut(Query& query, const SessionRow& row);

}  // namespace fencepost::sqlite
