// One simulated incarnation of a control plane: the real core, on a runtime of the simulator.
#pragma once

#include <memory>
#include <optional>
#include <string_view>

#include "core/plane/control_plane.h"
#include "sim/world/sim_runtime.h"

namespace fencepost::sim {

class World;

class ControlPlaneProcess {
 public:
  // REQUIRES: called by World.
  ControlPlaneProcess(World& world, ProcessId process, CpId cp, BootId boot, absl::Duration skew);

  // ---- What scenarios let it do; call these from an activity of this process, or in set-up.
  void RefreshCredentials(WorkerId worker);
  // Drain, end every worker that no session needs, deregister. The process has then ended.
  void Shutdown();
  void RunJanitorOnce();
  // A client of this control plane asks for a worker; true when it got one.
  bool Acquire(std::string_view org, std::string_view token,
               absl::Duration patience = absl::Seconds(60));
  bool Acquire(std::string_view org, std::string_view image, std::string_view token,
               absl::Duration patience);
  // What the row is now, as a call of this process; nullopt when there is no row or no answer.
  std::optional<WorkerSnapshot> See(WorkerId worker);
  void Heartbeat();

  const CpId& cp() const { return cp_; }
  // "cp-1", "cp-1.2" and so on are incarnations of "cp-1".
  bool IsIncarnationOf(std::string_view name) const;
  ProcessId process() const { return runtime_.process(); }
  SimRuntime& runtime() { return runtime_; }
  ControlPlane& control_plane() { return *control_plane_; }
  WorkerLifecycle& lifecycle() { return control_plane_->lifecycle(); }
  OwnedWorkers& owned() { return control_plane_->owned(); }
  bool ended() const { return ended_; }
  void set_ended() { ended_ = true; }
  // Its loops run: it goes on by itself.
  bool runs() const { return runs_ && !ended_; }
  void BeginLoops();

 private:
  World& world_;
  const CpId cp_;
  SimRuntime runtime_;
  std::unique_ptr<ControlPlane> control_plane_;
  bool ended_ = false;
  bool runs_ = false;
};

}  // namespace fencepost::sim
