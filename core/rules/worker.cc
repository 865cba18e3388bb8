#include "core/rules/worker.h"

#include <array>

#include "absl/strings/str_cat.h"

namespace fencepost {

std::string Describe(const WorkerRow& row) {
  const std::string_view state = StateName(row.state);
  return absl::StrCat("worker ", Number(row.worker_id), " (",
                      absl::string_view(state.data(), state.size()), ", owner ",
                      row.owner_cp.text(), ", epoch ", Number(row.owner_epoch), ", revision ",
                      Number(row.revision), ")");
}

absl::Time StoredTime(absl::Time time) {
  return absl::UnixEpoch() + absl::Floor(time - absl::UnixEpoch(), absl::Microseconds(1));
}

PodName PodNameOf(WorkerId worker) { return PodName(absl::StrCat("worker-", Number(worker))); }

SecretName SecretNameOf(WorkerId worker) {
  return SecretName(absl::StrCat("worker-", Number(worker), "-rpc"));
}

std::string_view CpStateName(CpState state) {
  constexpr std::array<std::string_view, 3> kNames = {"active", "draining", "expired"};
  return kNames[static_cast<std::size_t>(state)];
}

std::string_view ExpiryCauseName(ExpiryCause cause) {
  constexpr std::array<std::string_view, 4> kNames = {"none", "missed_heartbeat", "overdue_drain",
                                                      "deregistered"};
  return kNames[static_cast<std::size_t>(cause)];
}

std::string_view SessionStateName(SessionState state) {
  constexpr std::array<std::string_view, 4> kNames = {"active", "reconnecting", "expired",
                                                      "closed"};
  return kNames[static_cast<std::size_t>(state)];
}

bool IsLive(const SessionRow& session, absl::Time store_now) {
  const bool open =
      session.state == SessionState::kActive || session.state == SessionState::kReconnecting;
  return open && store_now < session.expires_at;
}

}  // namespace fencepost
