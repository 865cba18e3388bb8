// fencepost fuzz --corpus: this process joins a campaign that many share, or begins it.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "campaign/run_setup.h"
#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/fuzz_budget.h"
#include "cli/given_arguments.h"

namespace fencepost::cli {

inline constexpr OptionSpec kCorpus = {"--corpus", "PLACE",
                                       "share one campaign, which findings do not stop, with every "
                                       "worker that names the same PLACE: a "
                                       "SQLite file or a PostgreSQL URI (postgres://...)"};
inline constexpr OptionSpec kClaimTime = {
    "--claim-time", "T",
    "with --corpus: a worker that is silent for T (default 60s) loses its range to another"};
inline constexpr OptionSpec kRangeSeeds = {
    "--range-seeds", "N", "with --corpus: so many seeds are claimed at once (default 1000)"};

struct FuzzArguments {
  const GivenArguments& given;
  const FuzzBudget& budget;
  std::uint64_t jobs = 1;
  std::string_view strategy;
  std::optional<std::chrono::duration<double>> shrink_time;
};

// Errors: options that do not go together, a corpus that cannot be used or is another campaign's.
absl::StatusOr<ExitCode> FuzzWithCorpus(const FuzzArguments& arguments,
                                        std::vector<Subject> subjects);

// --claim-time or --range-seeds without --corpus.
absl::Status CheckWithoutCorpus(const GivenArguments& given);

}  // namespace fencepost::cli
