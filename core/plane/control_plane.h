// A control plane: one process incarnation with everything that it runs.
//
// It registers, heartbeats, serves clients from its pool, refreshes credentials, checks health,
// keeps its own workers in order and, while it leads, runs the fleet's janitor. When it cannot
// heartbeat for the expiry timeout it stops using its leases. Once the store says that it has
// expired for good it forgets its workers and ends; a successor starts under an id of its own. On a
// stop it takes no new work, drains, waits for its sessions within a bound, and deregisters.
#pragma once

#include <functional>
#include <memory>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "core/events/event_sender.h"
#include "core/lifecycle/lifecycle.h"
#include "core/lifecycle/owned_workers.h"
#include "core/plane/activator.h"
#include "core/plane/credential_refresher.h"
#include "core/plane/health_checker.h"
#include "core/plane/janitor.h"
#include "core/plane/leader_lease.h"
#include "core/plane/session_desk.h"
#include "core/plane/shutdown.h"
#include "core/plane/spawner.h"
#include "core/plane/upkeep.h"
#include "core/plane/worker_pool.h"
#include "core/rules/config.h"
#include "core/seams/runtime.h"
#include "core/seams/session_listener.h"
#include "core/seams/worker_rpc.h"
#include "core/seams/worker_store.h"

namespace fencepost {

// The pointers must outlive the control plane. All but the listener are required.
struct ControlPlaneParts {
  LifecycleParts lifecycle;
  CredentialIssuer* issuer = nullptr;
  WorkerRpc* rpc = nullptr;
  SessionListener* listener = nullptr;  // null: nobody wants to hear
};

class ControlPlane {
 public:
  enum class Phase : std::uint8_t {
    kNew,
    kServing,
    kStopping,
    kStopped,  // in order
    kExpired,  // the store has given its workers away
  };

  // InvalidArgument names each missing part and each wrong setting, and the bound of a runtime that
  // does not run as many activities as the settings ask for.
  static absl::StatusOr<std::unique_ptr<ControlPlane>> Create(const ControlPlaneParts& parts);
  // REQUIRES: its runtime has been stopped or every activity of it has ended.
  ~ControlPlane() = default;

  // ---- Life
  // Registers and begins to serve: Register, then BeginLoops. An error when it could not register.
  absl::Status Start();
  absl::Status Register();
  void BeginLoops();
  // Ends in order and returns what became of its workers. Cancelled; FailedPrecondition when it had
  // expired, so that its workers belong to others.
  absl::StatusOr<ShutdownReport> Stop();
  Phase phase() const { return phase_; }
  // True if it may act on its workers: it serves or stops, and its last heartbeat is recent enough.
  bool MayUseLeases() const;

  // ---- For clients. Unavailable while it may not use its leases; otherwise see WorkerPool.
  absl::StatusOr<Acquired> Acquire(const AcquireRequest& request);
  absl::StatusOr<Acquired> Reconnect(const SessionId& session,
                                     absl::Duration patience = absl::ZeroDuration());
  absl::Status Release(const SessionHandle& session);
  absl::Status Disconnect(const SessionHandle& session);
  // True if the client's session is on this control plane and the control plane may act on it.
  bool Serves(const SessionHandle& session) const {
    return MayUseLeases() && sessions_.Serves(session);
  }

  // ---- One pass of each loop, for a caller that paces the loops itself. Cancelled, or OK.
  absl::Status Heartbeat();
  absl::Status RenewSessions();
  absl::Status LeadOnce();
  absl::Status CheckHealthOnce();
  absl::Status RefreshOnce();
  absl::Status UpkeepOnce();

  // Acquisitions and reconnections that have not come to their end, abandoned ones included.
  int requests_under_way() const { return pool_.under_way(); }
  // Clients on this process.
  std::size_t sessions_open() const { return sessions_.size(); }

  // ---- Single components, for the simulator's stories and for tests: a story sets one step of the
  // janitor, a single refresh, the filling of the warm target or a bare transition against another
  // actor's, and looks at what this process remembers and whether it believes that it leads. The
  // loops give no such hold on a single step. A service needs none of these.
  WorkerLifecycle& lifecycle() { return *lifecycle_; }
  OwnedWorkers& owned() { return owned_; }
  CredentialRefresher& refresher() { return refresher_; }
  Janitor& janitor() { return janitor_; }
  const LeaderLease& leader() const { return leader_; }
  Spawner& spawner() { return spawner_; }
  SessionDesk& sessions() { return sessions_; }

 private:
  ControlPlane(std::unique_ptr<WorkerLifecycle> lifecycle, const ControlPlaneParts& parts);

  absl::Status Unusable() const;
  // Whether a loop continues while a stop waits for its sessions.
  enum class Until { kStopping, kStopped };
  // Runs `pass` every `interval`. Every loop but the heartbeat skips its pass while the leases must
  // not be used.
  void Loop(std::string_view name, absl::Duration interval, absl::Status (ControlPlane::*pass)(),
            Until until);
  void Expire();
  // Repeats the call for as long as the store may still count this control plane as alive.
  absl::Status Persist(absl::FunctionRef<absl::Status()> call);
  // Ends workers, round after round, until no session keeps one or drain_timeout is over. Between
  // two rounds the workers with a session are looked after as before.
  absl::StatusOr<ShutdownReport> DrainWorkers();

  const CpId cp_;
  const BootId boot_;
  Runtime& runtime_;
  const Config& config_;
  WorkerStore& store_;
  EventSender events_;
  std::unique_ptr<WorkerLifecycle> lifecycle_;
  OwnedWorkers owned_;
  Spawner spawner_;
  OrgBackoff backoff_;
  Activator activator_;
  SessionDesk sessions_;
  WorkerPool pool_;
  CredentialRefresher refresher_;
  HealthChecker health_;
  Upkeep upkeep_;
  LeaderLease leader_;
  Janitor janitor_;
  Shutdown shutdown_;
  Phase phase_ = Phase::kNew;
  bool resuming_ = false;
  absl::Time leases_good_until_ = absl::InfinitePast();
  std::unique_ptr<Signal> phase_changed_;
};

std::string_view PhaseName(ControlPlane::Phase phase);

}  // namespace fencepost
