// The changes that a step of the model makes to one worker's pod, secret and session.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "models/lifecycle/state.h"

namespace fencepost::models {

enum class WorkerChange : std::uint8_t {
  kPodCreated,
  kPodDeleted,
  kSecretCreated,
  kSecretDeleted,
  kSessionOpened,
  kSessionEnded,
};
inline constexpr std::size_t kWorkerChangeCount = 6;

// In the order of WorkerChange. REQUIRES: `after` is the state after one step from `before`.
std::vector<WorkerChange> WorkerChangesOf(const State& before, const State& after, int worker);

}  // namespace fencepost::models
