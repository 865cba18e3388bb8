// A whole control plane on the scripted runtime, the reference store and the simulated platform.
#pragma once

#include <memory>
#include <string>

#include "core/plane/control_plane.h"
#include "tests/core/choreography/rig.h"

namespace fencepost {

class PlaneRig : public Rig {
 protected:
  PlaneRig() {
    // The test's own hand on the rows, under the same name: its operations are another process's.
    LifecycleParts parts = Parts();
    parts.boot = BootId{77};
    lifecycle = WorkerLifecycle::Create(parts).value();
    Make();
  }

  // Anew, with the configuration as it is now.
  void Make() {
    plane = ControlPlane::Create({.lifecycle = Parts(), .issuer = &secrets, .rpc = &pods}).value();
    EXPECT_TRUE(plane->Register().ok());
  }

  absl::StatusOr<Acquired> Acquire(const std::string& token,
                                   absl::Duration patience = absl::Seconds(30)) {
    return plane->Acquire({.org = Org("org-a"),
                           .image = Image("image-1"),
                           .token = SessionToken(token),
                           .patience = patience});
  }
  absl::StatusOr<Acquired> Reconnect(const std::string& token) {
    return plane->Reconnect(IdOf(token), absl::Seconds(5));
  }
  SessionState StateOfSession(const std::string& token) {
    return store.FindSession(IdOf(token)).value()->state;
  }
  CpState StateOfPlane() { return store.control_planes()[0].state; }
  // For want of a heartbeat.
  void ExpireInTheStore() {
    store_now += config.cp_expiry;
    ASSERT_TRUE(store.ExpireControlPlanes(config.cp_expiry).ok());
  }
  ManagedWorkerPtr Known(WorkerId worker) { return plane->owned().Find(worker); }
  WorkerLease LeaseOf(WorkerId worker) { return Known(worker)->cell.last_known(); }
  // Nobody may be left with a checked-out lease.
  void TearDown() override {
    for (const ManagedWorkerPtr& worker : plane->owned().Workers()) {
      EXPECT_FALSE(worker->cell.checked_out());
    }
  }

  std::unique_ptr<ControlPlane> plane;
};

}  // namespace fencepost
