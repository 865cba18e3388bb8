#include "sim/world/control_plane_process.h"

#include <string>
#include <utility>

#include "core/rules/check.h"
#include "sim/world/world.h"

namespace fencepost::sim {

ControlPlaneProcess::ControlPlaneProcess(World& world, ProcessId process, CpId cp, BootId boot,
                                         absl::Duration skew)
    : world_(world),
      cp_(std::move(cp)),
      runtime_(world.engine(), world.injector(), world, process, skew) {
  auto made = ControlPlane::Create({.lifecycle = {.cp = cp_,
                                                  .boot = boot,
                                                  .runtime = &runtime_,
                                                  .store = &world.store(),
                                                  .pods = &world.pods(),
                                                  .secrets = &world.secrets(),
                                                  .observer = &world.hub(),
                                                  .config = &world.config()},
                                    .issuer = &world.secrets(),
                                    .rpc = &world.pods()});
  Check(made.ok(), made.ok() ? "" : std::string(made.status().message()));
  control_plane_ = *std::move(made);
}

bool ControlPlaneProcess::IsIncarnationOf(std::string_view name) const {
  const std::string& text = cp_.text();
  return text.starts_with(name) && (text.size() == name.size() || text[name.size()] == '.');
}

void ControlPlaneProcess::RefreshCredentials(WorkerId worker) {
  if (const ManagedWorkerPtr managed = owned().Find(worker)) {
    control_plane_->refresher().Refresh(managed);
  }
}

void ControlPlaneProcess::Shutdown() {
  if (!control_plane_->Stop().ok()) return;
  ended_ = true;
  world_.engine().TouchEverything();
  world_.hub().On(Event{.source = "world", .activity = {}, .body = ProcessEnded{cp_, false}});
}

void ControlPlaneProcess::RunJanitorOnce() {
  const absl::Status pass = control_plane_->janitor().RunOnce();
  Check(pass.ok() || absl::IsCancelled(pass), "a janitor's pass ends early only when cancelled");
}

void ControlPlaneProcess::Heartbeat() {
  const absl::Status beaten = control_plane_->Heartbeat();
  Check(beaten.ok() || absl::IsCancelled(beaten), "a heartbeat ends early only when cancelled");
}

bool ControlPlaneProcess::Acquire(std::string_view org, std::string_view token,
                                  absl::Duration patience) {
  return Acquire(org, World::kImage, token, patience);
}

bool ControlPlaneProcess::Acquire(std::string_view org, std::string_view image,
                                  std::string_view token, absl::Duration patience) {
  return control_plane_
      ->Acquire({.org = Org(std::string(org)),
                 .image = Image(std::string(image)),
                 .token = SessionToken(std::string(token)),
                 .patience = patience})
      .ok();
}

std::optional<WorkerSnapshot> ControlPlaneProcess::See(WorkerId worker) {
  auto seen = runtime_.Call(CallSite{CallTarget::kStore, "observe", worker},
                            [this, worker] { return world_.store().Observe(worker); });
  return seen.ok() ? *std::move(seen) : std::nullopt;
}

void ControlPlaneProcess::BeginLoops() {
  runs_ = true;
  control_plane_->BeginLoops();
}

}  // namespace fencepost::sim
