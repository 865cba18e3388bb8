// Runs one scenario under many seeds, on several threads.
//
// The executions and the finding are those of one thread that runs the seeds in order, unless the
// strategy learns: then each thread learns on its own. Memory does not grow with the number of
// executions. A campaign that the clock ends has as many executions as there was time for.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

#include "absl/status/statusor.h"
#include "campaign/campaign_result.h"
#include "campaign/guided_corpus.h"
#include "campaign/lot_guard.h"
#include "campaign/progress.h"
#include "campaign/seed_range.h"
#include "campaign/strategies.h"

namespace fencepost::campaign {

// A scenario with fewer executions may miss a rare probe by chance.
inline constexpr std::uint64_t kExecutionsToReachProbes = 1000;

struct SeedCampaign {
  const Scenario* scenario = nullptr;
  RunOptions options;  // parameters complete
  SeedRange seeds{};
  std::optional<std::chrono::duration<double>> time;
  std::optional<std::uint64_t> plateau;  // executions without new coverage that end it
  std::uint64_t jobs = 1;
  std::string_view strategy = kPortfolio;
  bool json = false;  // a crash is told as JSON, too
  // What a strategy that learns begins with and adds to; may be null.
  GuidedCorpus* guided_corpus = nullptr;
  MakeLotGuard make_guard;  // judges the lots of each thread; empty: nothing does
};

// Errors: a runner could not be made.
absl::StatusOr<ScenarioResult> RunSeeds(const SeedCampaign& campaign, Progress& progress);

}  // namespace fencepost::campaign
