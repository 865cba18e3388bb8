#include "sim/world/control_plane_process.h"

#include <utility>

#include "core/check.h"
#include "core/effect.h"
#include "sim/world/world.h"

namespace fencepost::sim {

ControlPlaneProcess::ControlPlaneProcess(World& world, ProcessId process, CpId cp, BootId boot,
                                         absl::Duration skew)
    : world_(world),
      cp_(std::move(cp)),
      runtime_(world.engine(), world.injector(), world, process, skew),
      pool_(runtime_) {
  auto lifecycle = WorkerLifecycle::Create(LifecycleParts{.cp = cp_,
                                                          .boot = boot,
                                                          .runtime = &runtime_,
                                                          .store = &world.store(),
                                                          .pods = &world.pods(),
                                                          .secrets = &world.secrets(),
                                                          .observer = &world.hub(),
                                                          .config = &world.config()});
  Check(lifecycle.ok(), lifecycle.ok() ? "" : std::string(lifecycle.status().message()));
  lifecycle_ = *std::move(lifecycle);
  refresher_ =
      std::make_unique<CredentialRefresher>(*lifecycle_, pool_, world.secrets(), world.pods());
}

void ControlPlaneProcess::RefreshCredentials(WorkerId worker) {
  if (const ManagedWorkerPtr managed = pool_.Find(worker)) refresher_->Refresh(managed);
}

void ControlPlaneProcess::Shutdown() {
  const absl::Status draining = runtime_.Call(CallSite{CallTarget::kStore, "begin_drain"},
                                              [this] { return world_.store().BeginDrain(cp_); });
  if (absl::IsCancelled(draining)) return;
  const absl::StatusOr<ShutdownReport> report = ShutdownAll(*lifecycle_, pool_, *refresher_);
  if (!report.ok()) return;
  const absl::Status deregistered =
      runtime_.Call(CallSite{CallTarget::kStore, "deregister"},
                    [this] { return world_.store().DeregisterControlPlane(cp_); });
  if (absl::IsCancelled(deregistered)) return;
  ended_ = true;
  world_.hub().On(Event{.source = "world", .activity = {}, .body = ProcessEnded{cp_, false}});
}

void ControlPlaneProcess::RunJanitorOnce() {
  const absl::Status pass = Janitor(*lifecycle_).RunOnce();
  Check(pass.ok() || absl::IsCancelled(pass), "a janitor's pass ends early only when cancelled");
}

void ControlPlaneProcess::Heartbeat() {
  const auto state = runtime_.Call(CallSite{CallTarget::kStore, "heartbeat"}, [this] {
    return world_.store().Heartbeat(cp_, world_.config().orphan_grace);
  });
  if (!state.ok()) lifecycle_->Note(WorkerId{}, "heartbeat_failed", state.status());
}

}  // namespace fencepost::sim
