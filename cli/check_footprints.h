// explore --check-footprints: whether the parts of a scenario declare all that they share.
#pragma once

#include <optional>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "campaign/run_setup.h"
#include "cli/exit_code.h"
#include "sim/engine/reduction/exhaustive_report.h"

namespace fencepost::cli {

// Runs the scenario plainly and reduced, at most for `time`, and prints what the check says. Clean
// only if every execution within the bounds was run and no order mattered that should not; no
// verdict if something was cut.
absl::StatusOr<ExitCode> CheckFootprintsAndShow(const Subject& subject,
                                                const sim::ExhaustiveBounds& bounds,
                                                std::optional<absl::Duration> time, bool json);

}  // namespace fencepost::cli
