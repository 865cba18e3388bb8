// The rows of the three tables as they come in a result: which columns, in which order.
//
// Statements are written with these lists and results are read by them. Each Read takes the columns
// from `first` on.
#pragma once

#include <cstdint>
#include <optional>
#include <pqxx/result>
#include <string>
#include <string_view>

#include "core/seams/worker_store.h"

namespace fencepost::pg {

inline constexpr std::string_view kWorkerColumns[] = {"worker_id",
                                                      "pod_uid",
                                                      "image",
                                                      "state",
                                                      "org",
                                                      "owner_cp",
                                                      "owner_epoch",
                                                      "revision",
                                                      "operation_boot",
                                                      "operation_sequence",
                                                      "retire_reason",
                                                      "credentials_expiry",
                                                      "created_at",
                                                      "updated_at",
                                                      "state_since",
                                                      "activated_at"};
inline constexpr int kWorkerColumnCount = static_cast<int>(std::size(kWorkerColumns));
// "w.worker_id, w.pod_uid, ..." for prefix "w."
std::string WorkerColumns(std::string_view prefix);
WorkerRow ReadWorker(const pqxx::row& row, int first);

inline constexpr std::string_view kControlPlaneColumns[] = {
    "cp_id", "boot_id", "state", "expiry_cause", "heartbeat_at", "draining_since", "expired_at"};
ControlPlaneRow ReadControlPlane(const pqxx::row& row, int first);
CpState ParseCpState(std::string_view text);

inline constexpr std::string_view kSessionColumns[] = {
    "org", "token", "holder_boot", "holder_sequence", "worker_id", "epoch", "state", "expires_at"};
std::string SessionColumns(std::string_view prefix);
SessionRow ReadSession(const pqxx::row& row, int first);

// What one call did to one session: a fencepost.session_change.
struct SessionChange {
  SessionReply reply;
  bool changed = false;
  std::optional<SessionState> before;  // empty: the session is new
};
std::string SessionChangeColumns(std::string_view prefix);
std::string NoSessionChange();  // as many nulls
SessionChange ReadSessionChange(const pqxx::row& row, int first);
SessionState ParseSessionState(std::string_view text);

std::int64_t ReadNumber(const pqxx::field& field);
bool ReadBool(const pqxx::field& field);
std::string_view ReadText(const pqxx::field& field);

}  // namespace fencepost::pg
