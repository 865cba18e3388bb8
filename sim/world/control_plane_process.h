// One simulated incarnation of a control plane: the real core, on a runtime of the simulator.
//
// Its methods are what a story lets it do. Those that call the store, the platform or a worker must
// be called from an activity of this process, or in set-up.
#pragma once

#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "absl/container/btree_map.h"
#include "core/plane/control_plane.h"
#include "core/seams/session_listener.h"
#include "sim/world/sim_runtime.h"

namespace fencepost::sim {

class Cluster;

// The image of every worker and client for which a story names no other.
inline constexpr std::string_view kStandardImage = "image-1";

class ControlPlaneProcess : private SessionListener {
 public:
  // REQUIRES: called by Cluster.
  ControlPlaneProcess(Cluster& cluster, ProcessId process, CpId cp, BootId boot,
                      absl::Duration skew);

  // ---- Requests of clients
  // Passes the client's request on to the core and tells the observers what it asked and heard.
  absl::StatusOr<Acquired> Ask(const AcquireRequest& request);
  // Asks for a worker; true when the client got one.
  bool Acquire(std::string_view org, std::string_view token,
               absl::Duration patience = absl::Seconds(60));
  bool Acquire(std::string_view org, std::string_view image, std::string_view token,
               absl::Duration patience);
  // The client comes back to its session's worker.
  absl::StatusOr<Acquired> ComeBack(const SessionId& session, absl::Duration patience);
  // The same; true when the client is served again.
  bool Reconnect(std::string_view org, const SessionToken& token, absl::Duration patience);
  // The client says that it leaves: for good, or it may come back.
  void Leave(const SessionHandle& session, bool closes);
  // The client that was served last under this token leaves for good. No effect when none was.
  void Release(const SessionToken& token);
  // The session of the client that was served last under this token; empty when none was.
  std::optional<SessionHandle> SessionOf(const SessionToken& token) const;
  // Opens a session on a hot worker of this process for a client that is here from then on. For
  // set-up; false when the run has ended.
  bool Connect(WorkerId worker, const SessionToken& token);
  // Notes the session that set-up has opened, for Release.
  void Note(const SessionHandle& session) { sessions_[session.id.token] = session; }

  // ---- What its loops do, once
  void BeginLoops();
  void Heartbeat();
  // No effect when the process does not hold the worker.
  void RefreshCredentials(WorkerId worker);
  void RunJanitorOnce();
  // Drains, ends every worker that no session needs, deregisters. The process has then ended.
  void Shutdown();

  // ---- Its own time and what it sees
  void SleepFor(absl::Duration duration);
  // The worker's row, read by a call of this process; empty when there is no row or no answer.
  std::optional<WorkerSnapshot> Observe(WorkerId worker);

  // ---- Its memory of the workers that it owns
  std::vector<WorkerId> Workers();
  bool Holds(WorkerId worker);
  // The lease as the process knows it now: it grows stale when the worker changes hands or the
  // lease is refreshed. REQUIRES: the process holds the worker.
  WorkerLease LeaseOf(WorkerId worker);
  // The process forgets all of its workers; their rows stay, and it finds them again.
  void ForgetWorkers();

  // ---- The process
  const CpId& cp() const { return cp_; }
  // "cp-1", "cp-1.2" and so on are incarnations of "cp-1".
  bool IsIncarnationOf(std::string_view name) const;
  ProcessId process() const { return runtime_.process(); }
  SimRuntime& runtime() { return runtime_; }
  ControlPlane& control_plane() { return *control_plane_; }
  WorkerLifecycle& lifecycle() { return control_plane_->lifecycle(); }
  OwnedWorkers& owned() { return control_plane_->owned(); }
  // A fault has hit one of its calls.
  bool disturbed() const { return runtime_.disturbed(); }
  // It has died or come to its end.
  bool ended() const { return ended_; }
  void set_ended() { ended_ = true; }
  // Its loops run: it goes on by itself.
  bool runs() const { return runs_ && !ended_; }

 private:
  void Tell(const EventBody& body);
  // Tells the observers, and notes the session, when the client is served.
  void Heard(const absl::StatusOr<Acquired>& acquired);
  void OnSessionLost(const SessionHandle& session, const absl::Status& why) override;

  Cluster& cluster_;
  const CpId cp_;
  SimRuntime runtime_;
  std::unique_ptr<ControlPlane> control_plane_;
  bool ended_ = false;
  bool runs_ = false;
  absl::btree_map<SessionToken, SessionHandle> sessions_;  // of the story's clients
};

}  // namespace fencepost::sim
