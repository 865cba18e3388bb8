// Runs the checker with progress on a terminal, time limits and checkpoints.
#pragma once

#include "cli/model_request.h"
#include "models/lifecycle/check_machine.h"

namespace fencepost::cli {

struct TimedReport {
  models::MachineReport report;
  double seconds = 0;
};

// `quiet`: no progress, whatever stderr is.
TimedReport RunCheck(const models::Machine& machine, const ModelRequest& request, bool quiet);

}  // namespace fencepost::cli
