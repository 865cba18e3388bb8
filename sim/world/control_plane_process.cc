#include "sim/world/control_plane_process.h"

#include <string>
#include <tuple>
#include <utility>

#include "core/rules/check.h"
#include "sim/world/cluster.h"

namespace fencepost::sim {

ControlPlaneProcess::ControlPlaneProcess(Cluster& cluster, ProcessId process, CpId cp, BootId boot,
                                         absl::Duration skew)
    : cluster_(cluster),
      cp_(std::move(cp)),
      runtime_(cluster.engine(), cluster.injector(), cluster, process, skew,
               cluster.activity_bound()) {
  auto made = ControlPlane::Create({.lifecycle = {.cp = cp_,
                                                  .boot = boot,
                                                  .runtime = &runtime_,
                                                  .store = &cluster.store(),
                                                  .pods = &cluster.pods(),
                                                  .secrets = &cluster.secrets(),
                                                  .observer = &cluster.hub(),
                                                  .config = &cluster.config()},
                                    .issuer = &cluster.secrets(),
                                    .rpc = &cluster.pods(),
                                    .listener = this});
  Check(made.ok(), made.ok() ? "" : std::string(made.status().message()));
  control_plane_ = *std::move(made);
}

bool ControlPlaneProcess::IsIncarnationOf(std::string_view name) const {
  const std::string& text = cp_.text();
  return text.starts_with(name) && (text.size() == name.size() || text[name.size()] == '.');
}

// ---- Requests of clients -----------------------------------------------------------------------

void ControlPlaneProcess::Tell(const EventBody& body) {
  cluster_.hub().On(Event{.source = "world", .activity = {}, .body = body});
}

void ControlPlaneProcess::Heard(const absl::StatusOr<Acquired>& acquired) {
  if (!acquired.ok()) return;
  Note(acquired->session);
  Tell(ClientServed{cp_, acquired->session, acquired->worker, acquired->pod_uid});
}

void ControlPlaneProcess::OnSessionLost(const SessionHandle& session, const absl::Status&) {
  Tell(ClientDropped{cp_, session});
}

absl::StatusOr<Acquired> ControlPlaneProcess::Ask(const AcquireRequest& request) {
  Tell(ClientAsked{cp_, request.token, request.org, request.image});
  absl::StatusOr<Acquired> acquired = control_plane_->Acquire(request);
  if (!absl::IsCancelled(acquired.status())) {
    Tell(ClientAnswered{cp_, request.token, acquired.status().code()});
  }
  Heard(acquired);
  return acquired;
}

absl::StatusOr<Acquired> ControlPlaneProcess::ComeBack(const SessionId& session,
                                                       absl::Duration patience) {
  absl::StatusOr<Acquired> acquired = control_plane_->Reconnect(session, patience);
  Heard(acquired);
  return acquired;
}

bool ControlPlaneProcess::Connect(WorkerId worker, const SessionToken& token) {
  const ManagedWorkerPtr managed = owned().Find(worker);
  Check(managed != nullptr, "a client is connected to a worker of its control plane");
  const absl::StatusOr<LeaseCell::Checkout> checkout = managed->cell.CheckOut();
  if (!checkout.ok()) return false;
  const absl::StatusOr<SessionHandle> session =
      control_plane_->sessions().Open(managed, *checkout, {managed->org, token});
  if (!session.ok()) return false;
  Note(*session);
  Tell(ClientServed{cp_, *session, worker, managed->pod_uid});
  return true;
}

void ControlPlaneProcess::Leave(const SessionHandle& session, bool closes) {
  Tell(ClientLeft{cp_, session, closes});
  if (closes) {
    control_plane_->Release(session).IgnoreError();
  } else {
    control_plane_->Disconnect(session).IgnoreError();
  }
}

bool ControlPlaneProcess::Acquire(std::string_view org, std::string_view token,
                                  absl::Duration patience) {
  return Acquire(org, kStandardImage, token, patience);
}

bool ControlPlaneProcess::Acquire(std::string_view org, std::string_view image,
                                  std::string_view token, absl::Duration patience) {
  return Ask({.org = Org(std::string(org)),
              .image = Image(std::string(image)),
              .token = SessionToken(std::string(token)),
              .patience = patience})
      .ok();
}

bool ControlPlaneProcess::Reconnect(std::string_view org, const SessionToken& token,
                                    absl::Duration patience) {
  return ComeBack({Org(std::string(org)), token}, patience).ok();
}

std::optional<SessionHandle> ControlPlaneProcess::SessionOf(const SessionToken& token) const {
  const auto found = sessions_.find(token);
  if (found == sessions_.end()) return std::nullopt;
  return found->second;
}

void ControlPlaneProcess::Release(const SessionToken& token) {
  if (const auto session = SessionOf(token)) Leave(*session, true);
}

// ---- What its loops do, once -------------------------------------------------------------------

void ControlPlaneProcess::BeginLoops() {
  runs_ = true;
  control_plane_->BeginLoops();
}

void ControlPlaneProcess::Heartbeat() {
  const absl::Status beaten = control_plane_->Heartbeat();
  Check(beaten.ok() || absl::IsCancelled(beaten), "a heartbeat ends early only when cancelled");
}

void ControlPlaneProcess::RefreshCredentials(WorkerId worker) {
  if (const ManagedWorkerPtr managed = owned().Find(worker)) {
    control_plane_->refresher().Refresh(managed);
  }
}

void ControlPlaneProcess::RunJanitorOnce() {
  const absl::Status pass = control_plane_->janitor().RunOnce();
  Check(pass.ok() || absl::IsCancelled(pass), "a janitor's pass ends early only when cancelled");
}

void ControlPlaneProcess::Shutdown() {
  if (!control_plane_->Stop().ok()) return;
  ended_ = true;
  cluster_.Announce(ProcessEnded{cp_, false});
}

// ---- Its own time and what it sees -------------------------------------------------------------

void ControlPlaneProcess::SleepFor(absl::Duration duration) {
  std::ignore = runtime_.SleepUntil(runtime_.Now() + duration);
}

std::optional<WorkerSnapshot> ControlPlaneProcess::Observe(WorkerId worker) {
  auto seen = runtime_.Call(CallSite{CallTarget::kStore, "observe", worker},
                            [this, worker] { return cluster_.store().Observe(worker); });
  return seen.ok() ? *std::move(seen) : std::nullopt;
}

// ---- Its memory of the workers that it owns ----------------------------------------------------

std::vector<WorkerId> ControlPlaneProcess::Workers() {
  std::vector<WorkerId> workers;
  for (const ManagedWorkerPtr& worker : owned().Workers()) workers.push_back(worker->id);
  return workers;
}

bool ControlPlaneProcess::Holds(WorkerId worker) { return owned().Find(worker) != nullptr; }

WorkerLease ControlPlaneProcess::LeaseOf(WorkerId worker) {
  const ManagedWorkerPtr managed = owned().Find(worker);
  Check(managed != nullptr, "the process holds the worker whose lease is asked for");
  return managed->cell.last_known();
}

void ControlPlaneProcess::ForgetWorkers() { owned().ForgetAll(); }

}  // namespace fencepost::sim
