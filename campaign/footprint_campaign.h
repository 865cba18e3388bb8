// Whether a scenario declares all that its parts share: the footprint check on its runner.
#pragma once

#include <optional>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "campaign/run_setup.h"
#include "campaign/verdict.h"
#include "sim/engine/reduction/footprint_check.h"

namespace fencepost::campaign {

// Runs the scenario plainly and reduced within `bounds`, and for at most `time`. Errors: a runner
// could not be made.
absl::StatusOr<sim::FootprintCheck> CheckFootprints(const Subject& subject,
                                                    const sim::ExhaustiveBounds& bounds,
                                                    std::optional<absl::Duration> time);

// Clean only if every execution within the bounds was run and no order mattered that should not; no
// verdict if the check was cut.
Verdict VerdictOf(const sim::FootprintCheck& check);

}  // namespace fencepost::campaign
