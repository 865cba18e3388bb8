// How long a pass of a control plane's loop may take, by its settings alone.
#pragma once

#include <string_view>

#include "absl/time/time.h"
#include "core/rules/config.h"

namespace fencepost::properties {

// From one pass of the loop to the next. A pass may have to wait for a pod that does not start, and
// for a worker that does not answer.
inline absl::Duration LongestPass(const Config& config, std::string_view loop) {
  absl::Duration interval = config.heartbeat;
  if (loop == "janitor") interval = config.janitor_tick;
  if (loop == "health") interval = config.health_interval;
  if (loop == "refresher") interval = config.refresh_tick;
  if (loop == "upkeep") interval = config.upkeep_interval;
  return interval + config.spawn_timeout + config.activate_timeout;
}

}  // namespace fencepost::properties
