// Runs one scenario under many seeds, on several threads.
//
// Promises: the executions and the finding are those of one thread that runs the seeds in order,
// unless the strategy learns: then each thread learns on its own;
// memory does not grow with their number. A campaign that is ended by the clock alone has as many
// executions as there was time for.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

#include "absl/status/statusor.h"
#include "campaign/campaign_result.h"
#include "campaign/guided_corpus.h"
#include "campaign/strategies.h"
#include "cli/arguments.h"
#include "cli/report/progress.h"

namespace fencepost::cli {

// A campaign of fewer executions may miss a rare probe by chance.
inline constexpr std::uint64_t kExecutionsToReachProbes = 1000;

struct SeedCampaign {
  const Scenario* scenario = nullptr;
  RunOptions options;  // parameters complete
  SeedRange seeds{};
  std::optional<std::chrono::duration<double>> time;
  std::optional<std::uint64_t> plateau;  // executions without new coverage that end it
  std::uint64_t jobs = 1;
  std::string_view strategy = kPortfolio;
  bool json = false;
  // What a strategy that learns begins with, and adds to. May be null.
  GuidedCorpus* guided_corpus = nullptr;
  // Run everything in another process too. REQUIRES: the store is "sim".
  bool check_determinism = false;
};

// Errors: a runner could not be made.
absl::StatusOr<ScenarioResult> RunSeeds(const SeedCampaign& campaign, Progress& progress);

}  // namespace fencepost::cli
