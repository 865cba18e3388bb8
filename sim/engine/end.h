// How an execution ended.
#pragma once

#include <cstdint>
#include <string_view>

namespace fencepost::sim {

enum class End : uint8_t {
  kExhausted,  // nothing was run: the strategy has no further execution
  kCompleted,  // every task that is not a daemon has finished
  kFailed,     // Engine::Fail
  kDeadlock,   // tasks remain, none can run and no timer is set
  kStepLimit,
  kTimeLimit,
  kThrew,    // an exception left a task
  kStopped,  // the strategy answered Strategy::kStop
};

// "completed", "deadlock", ...
std::string_view EndName(End end);

}  // namespace fencepost::sim
