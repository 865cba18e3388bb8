// fencepost fuzz --campaign: this process joins a campaign that many share, or begins it.
#pragma once

#include <vector>

#include "absl/status/statusor.h"
#include "campaign/run_setup.h"
#include "cli/exit_code.h"
#include "cli/fuzz_options.h"

namespace fencepost::cli {

// REQUIRES: options.campaign. Errors: options that do not go together, a place that cannot be used
// or holds another campaign.
absl::StatusOr<ExitCode> FuzzShared(const FuzzOptions& options, const FuzzBudget& budget,
                                    std::uint64_t jobs, std::vector<campaign::Subject> subjects);

// --claim-time or --range-seeds without --campaign.
absl::Status CheckNotShared(const FuzzOptions& options);

}  // namespace fencepost::cli
