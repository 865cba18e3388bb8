// The platform that runs pods: containers or processes.
//
// Contract: every method is one atomic effect; errors say whether it may have happened
// (core/rules/effect.h). A pod's uid is given by the platform and never used again; a name may be.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "core/rules/authority.h"
#include "core/rules/ids.h"

namespace fencepost {

struct PodSpec {
  WorkerId worker{};  // kept with the pod, as a label
  PodName name;
  Image image;
  SecretName secret;
};

enum class PodPhase : std::uint8_t { kStarting, kReady, kTerminating, kFailed };

struct PodInfo {
  WorkerId worker{};
  PodName name;
  PodUid uid;
  Image image;
  PodPhase phase = PodPhase::kStarting;
  absl::Duration age;  // by the platform's clock
};

class PodRuntime {
 public:
  virtual ~PodRuntime() = default;

  // Starts a pod; it is not ready yet. AlreadyExists when the name is taken.
  virtual absl::StatusOr<PodInfo> CreatePod(const PodSpec& spec) = 0;
  // nullopt: there is no pod of that name.
  virtual absl::StatusOr<std::optional<PodInfo>> FindPod(const PodName& name) = 0;
  // Every pod that the fleet has made, terminating ones included, in the order of names. A list may
  // be incomplete for a while: a pod that it leaves out is not held to be gone.
  virtual absl::StatusOr<std::vector<PodInfo>> ListPods() = 0;
  // Begins to delete the fenced pod, with its uid as a precondition; a fence without a uid covers
  // the pods of its worker only. OK when there is no such pod any more, or when it is terminating
  // already. Never touches a pod that the fence does not cover.
  virtual absl::Status DeletePod(const Fence& fence) = 0;
};

}  // namespace fencepost
