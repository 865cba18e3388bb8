// Hands on one store: runs commands, remembers what was learned, and says what was answered.
//
// The same commands on two stores that agree give the same texts: everything that a result holds is
// in its text, and what is remembered follows from the results.
#pragma once

#include <array>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "tests/store_contract/control_plane.h"
#include "tests/store_contract/store_factory.h"
#include "tests/store_differential/command.h"

namespace fencepost::store_differential {

class Hands {
 public:
  explicit Hands(const store_contract::StoreFactory& factory);

  std::string Run(const Command& command);
  // Every row and every listing.
  std::string Everything();
  const std::string& name() const { return name_; }

 private:
  static constexpr int kControlPlanes = 3;
  using ControlPlane = store_contract::ControlPlane;

  // What was seen of one worker, the latest first.
  struct Known {
    std::vector<WorkerLease> leases;
    std::vector<WorkerSnapshot> snapshots;
  };

  class Events : public EventObserver {
   public:
    void On(const Event& event) override;
    std::string text;
  };

  ControlPlane& Cp(const Command& command) { return *control_planes_[command.cp % kControlPlanes]; }
  Known* Of(const Command& command);
  const WorkerLease* Lease(const Command& command);
  const WorkerSnapshot* Snapshot(const Command& command);
  std::string Learn(const TransitionResult& result);
  std::string Learn(const ClaimResult& result);
  void Remember(const std::optional<WorkerSnapshot>& row, const std::optional<WorkerLease>& lease);
  std::string MakeHot(const Command& command);
  std::string OnControlPlanes(const Command& command);
  std::string OnClaims(const Command& command);
  std::string UnderLease(const Command& command, const WorkerLease& lease);
  std::string FromSnapshot(const Command& command, const WorkerSnapshot& seen);
  std::string OnSessions(const Command& command);

  const std::string name_;
  absl::Time now_ = absl::FromUnixMicros(1'700'000'000'123'456);
  Events events_;
  std::shared_ptr<LifecycleStore> store_;
  std::array<std::unique_ptr<ControlPlane>, kControlPlanes> control_planes_;
  std::map<WorkerId, Known> known_;
  OperationId last_claim_{BootId{1}, 1};
  Term term_{};
};

}  // namespace fencepost::store_differential
