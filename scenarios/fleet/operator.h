// The operator of a generated fleet, and the platform under it: control planes are drained, rolled
// and removed, workers are ordered to end, images are rolled, pods and workers fail.
//
// What happens next is drawn each time. Control planes that have died are started again.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "scenarios/story.h"

namespace fencepost::scenarios {

class FleetOperator {
 public:
  static constexpr Probe kDrained{"an operator drained a control plane"};
  static constexpr Probe kRestarted{"an operator restarted a process"};
  static constexpr Probe kRowRemoved{"an operator removed the row of a living control plane"};
  static constexpr Probe kEndOrdered{"an operator ended a worker"};
  static constexpr Probe kRolled{"an operator rolled an image"};
  static constexpr Probe kFellIll{"a worker fell ill"};
  static constexpr Probe kRefusedActivation{"a worker began to refuse activations"};
  static constexpr Probe kDrainedItself{"a worker began to drain"};
  static constexpr Probe kPodReplaced{"the platform replaced a pod"};
  static constexpr Probe kOrgRefused{"the issuer refused an org"};
  static constexpr Probe kOrgRefusedByWorkers{"workers refused an org"};
  static constexpr Probe kProgramRestarted{"a worker's program started anew"};
  static constexpr Probe kPodStuck{"a pod was made to be stuck at its end"};
  static constexpr Probe kListingCut{"a listing of pods is incomplete"};
  static constexpr Probe kStartFailed{"the platform fails to start a pod"};
  static constexpr Probe kStartedAgain{"a control plane was started again"};

  // The names of the control planes that the operator looks after, and the orgs that it knows.
  FleetOperator(Story& story, std::vector<std::string> control_planes, std::vector<Org> orgs)
      : story_(story), names_(std::move(control_planes)), orgs_(std::move(orgs)) {}

  // Acts `times` times, with a drawn pause before each.
  void Run(std::int64_t times);

 private:
  void ActOnce();
  // Starts a successor of each control plane that has died or has expired.
  void Revive();

  ControlPlaneProcess& DrawControlPlane();
  // One of the workers that have not ended.
  std::optional<WorkerRow> DrawWorker();

  void Drain();
  void RemoveRow();
  void OrderEnd();
  void RollImage();
  void Restart();
  void TroubleWorker();
  void TroublePod();
  void RefuseOrg();
  // Something befalls a worker of the drawn ones.
  void Befall(Probe probe, void (*what)(sim::SimPods& pods, WorkerId worker));

  Story& story_;
  const std::vector<std::string> names_;
  const std::vector<Org> orgs_;
  Image image_ = StandardImage();  // the one that is rolled next
  int rolled_ = 0;
};

}  // namespace fencepost::scenarios
