// One simulated incarnation of a control plane: the real core, on a runtime of the simulator.
#pragma once

#include <memory>
#include <string>

#include "core/credential_refresher.h"
#include "core/janitor.h"
#include "core/lifecycle.h"
#include "core/shutdown.h"
#include "core/worker_pool.h"
#include "sim/world/sim_runtime.h"

namespace fencepost::sim {

class World;

class ControlPlaneProcess {
 public:
  // Registers with the store. REQUIRES: called by World.
  ControlPlaneProcess(World& world, ProcessId process, CpId cp, BootId boot, absl::Duration skew);

  // ---- What scenarios let it do; call these from an activity of this process, or in set-up.
  void RefreshCredentials(WorkerId worker);
  // Drain, end every worker that no session needs, deregister. The process has then ended.
  void Shutdown();
  void RunJanitorOnce();
  void Heartbeat();

  const CpId& cp() const { return cp_; }
  ProcessId process() const { return runtime_.process(); }
  SimRuntime& runtime() { return runtime_; }
  WorkerLifecycle& lifecycle() { return *lifecycle_; }
  WorkerPool& pool() { return pool_; }
  bool ended() const { return ended_; }
  void set_ended() { ended_ = true; }

 private:
  World& world_;
  const CpId cp_;
  SimRuntime runtime_;
  std::unique_ptr<WorkerLifecycle> lifecycle_;
  WorkerPool pool_;
  std::unique_ptr<CredentialRefresher> refresher_;
  bool ended_ = false;
};

}  // namespace fencepost::sim
