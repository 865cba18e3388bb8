// Runs the checker with progress on a terminal, time limits and checkpoints.
#pragma once

#include "cli/model_options.h"
#include "models/lifecycle/check_machine.h"

namespace fencepost::cli {

struct TimedReport {
  models::MachineReport report;
  double seconds = 0;
};

// `quiet`: no progress, whatever stderr is.
TimedReport RunCheck(const models::Machine& machine, const ModelOptions& options, bool quiet);

}  // namespace fencepost::cli
