// Sets up the situation in which a story begins: control planes, and workers in given states.
//
// Nothing goes wrong in set-up and nothing is decided in it. A step that does not succeed is a
// defect of the story or of the core and fails the run.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"
#include "core/rules/authority.h"
#include "core/rules/ids.h"
#include "sim/world/cluster.h"

namespace fencepost::sim {

// A hot worker to be set up.
struct HotWorkerSpec {
  ControlPlaneProcess* owner;
  std::string org;
};

class Setup {
 public:
  explicit Setup(Cluster& cluster) : cluster_(cluster) {}

  // A registered control plane whose loops do not run: "cp-1", or "cp-1.2" when it is the second of
  // that name. Its own clock runs `skew` ahead of true time.
  ControlPlaneProcess& StartControlPlane(std::string_view name,
                                         absl::Duration skew = absl::ZeroDuration());
  // The same, and its loops run: it heartbeats, leads, refreshes and looks after its workers.
  ControlPlaneProcess& RunControlPlane(std::string_view name,
                                       absl::Duration skew = absl::ZeroDuration());

  // Each makes one worker of `owner` in the state of its name, which takes three seconds. A hot
  // worker has no session.
  WorkerId IdleWorker(ControlPlaneProcess& owner, std::string_view image = kStandardImage);
  WorkerId ReservedWorker(ControlPlaneProcess& owner, std::string_view org,
                          std::string_view image = kStandardImage);
  WorkerId HotWorker(ControlPlaneProcess& owner, std::string_view org,
                     std::string_view image = kStandardImage);
  WorkerId HotIdleWorker(ControlPlaneProcess& owner, std::string_view org);
  // A hot worker for each entry, in this order, all of them in three seconds together. REQUIRES:
  // the owners' loops do not run yet: they would end slots that nothing seems to fill.
  std::vector<WorkerId> HotWorkers(const std::vector<HotWorkerSpec>& specs);

  // Parks a hot worker.
  void Park(ControlPlaneProcess& owner, WorkerId worker);
  // A client is on a hot worker, and stays: its session is renewed for as long as the owner's loops
  // run.
  void ConnectClient(ControlPlaneProcess& owner, WorkerId worker, const SessionToken& token);
  // Opens a session on a hot worker. No client of the owner is on it, so the owner does not renew
  // it.
  SessionHandle OpenSession(ControlPlaneProcess& owner, WorkerId worker, const SessionToken& token,
                            absl::Duration ttl);

 private:
  // A row whose pod is starting.
  struct Slot {
    ControlPlaneProcess* owner;
    Org org;
    WorkerLease lease;
    PodUid pod_uid;
  };
  Slot BeginSpawn(ControlPlaneProcess& owner, const Org& org, const Image& image);
  // Idle without an org, otherwise reserved. REQUIRES: the pod is ready.
  WorkerId Publish(const Slot& slot);
  WorkerId Spawn(ControlPlaneProcess& owner, const Org& org, const Image& image);
  void Activate(ControlPlaneProcess& owner, WorkerId worker);
  void Require(bool holds, std::string_view what);

  Cluster& cluster_;
  std::uint64_t sessions_ = 0;  // opened by set-up
};

}  // namespace fencepost::sim
