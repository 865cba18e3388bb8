// The durable rows: a worker, a control plane, a session.
//
// Plain values as a store keeps them. Nothing here grants authority: that is what WorkerSnapshot,
// WorkerLease and Fence are for. All times are the store's clock.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/time/time.h"
#include "core/rules/ids.h"
#include "core/rules/state.h"

namespace fencepost {

struct WorkerRow {
  WorkerId worker_id{};
  PodName pod_name;  // PodNameOf(worker_id); known before the pod exists
  PodUid pod_uid;    // empty until published
  Image image;
  WorkerState state = WorkerState::kSpawning;
  // Once an activation has begun it never changes: a worker that may have served one org serves no
  // other.
  Org org;
  CpId owner_cp;
  Epoch owner_epoch{};
  Revision revision{};
  OperationId last_operation;                            // the last operation that took effect
  std::string retire_reason;                             // empty while active
  absl::Time credentials_expiry = absl::InfinitePast();  // infinite past: none issued
  absl::Time created_at;
  absl::Time updated_at;                           // for people; takes part in no fence
  absl::Time state_since;                          // when `state` last changed
  absl::Time activated_at = absl::InfinitePast();  // when activation last began

  friend bool operator==(const WorkerRow&, const WorkerRow&) = default;
};

// "worker 3 (hot, owner cp-1, epoch 2, revision 7)"
std::string Describe(const WorkerRow& row);

// The time that a store keeps when it is given `time`: whole microseconds, rounded down.
absl::Time StoredTime(absl::Time time);

// The pod's name follows from the worker's id, so a pod always leads back to its row.
PodName PodNameOf(WorkerId worker);
// The secret for the worker's RPC is named after the worker, too.
SecretName SecretNameOf(WorkerId worker);

enum class CpState : std::uint8_t { kActive, kDraining, kExpired };
std::string_view CpStateName(CpState state);

// Why a control plane is expired. Only after a missed heartbeat can it revive.
enum class ExpiryCause : std::uint8_t { kNone, kMissedHeartbeat, kOverdueDrain, kDeregistered };
std::string_view ExpiryCauseName(ExpiryCause cause);

struct ControlPlaneRow {
  CpId cp_id;
  BootId boot_id{};
  CpState state = CpState::kActive;
  ExpiryCause expiry_cause = ExpiryCause::kNone;
  absl::Time heartbeat_at;
  absl::Time draining_since = absl::InfiniteFuture();
  absl::Time expired_at = absl::InfiniteFuture();

  friend bool operator==(const ControlPlaneRow&, const ControlPlaneRow&) = default;
};

enum class SessionState : std::uint8_t { kActive, kReconnecting, kExpired, kClosed };
std::string_view SessionStateName(SessionState state);

// Which session: a token means something only together with its org.
struct SessionId {
  Org org;
  SessionToken token;

  friend bool operator==(const SessionId&, const SessionId&) = default;
  friend auto operator<=>(const SessionId&, const SessionId&) = default;
};

// A client's hold on its session. Each call that opens or reclaims the session brings a holder of
// its own, and from then on the session obeys that holder alone: a client that came back is not cut
// off by what its former connection still does.
struct SessionHandle {
  SessionId id;
  OperationId holder;

  friend bool operator==(const SessionHandle&, const SessionHandle&) = default;
  friend auto operator<=>(const SessionHandle&, const SessionHandle&) = default;
};

struct SessionRow {
  SessionId id;
  OperationId holder;  // of the call that opened it, or that reclaimed it last
  WorkerId worker_id{};
  Epoch epoch{};  // of the lease under which it was opened or last reclaimed
  SessionState state = SessionState::kActive;
  absl::Time expires_at;

  friend bool operator==(const SessionRow&, const SessionRow&) = default;
};

// True if the session still protects its worker: its client is connected or may yet come back.
bool IsLive(const SessionRow& session, absl::Time store_now);

}  // namespace fencepost
