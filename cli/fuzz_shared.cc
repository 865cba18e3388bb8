#include "cli/fuzz_shared.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "absl/status/status.h"
#include "campaign/shared/open_database.h"
#include "campaign/shared/shared_campaign.h"
#include "campaign/shared/workers.h"
#include "campaign/strategies.h"
#include "cli/report/shared_report.h"
#include "cli/report/terminal_progress.h"

namespace fencepost::cli {
namespace {

using campaign::SharedCampaign;
using campaign::Subject;

constexpr std::uint64_t kDefaultRangeSeeds = 1000;
constexpr std::uint64_t kMostRangeSeeds = 1'000'000'000;
constexpr absl::Duration kDefaultClaimTime = absl::Seconds(60);
constexpr absl::Duration kLeastClaimTime = absl::Milliseconds(100);

absl::Status CheckOptions(const FuzzOptions& options) {
  if (options.check_determinism) return BadUsage("--check-determinism cannot go with --campaign");
  // The run of a seed must not depend on the worker that runs it.
  if (campaign::Learns(options.strategy)) {
    return BadUsage(
        fmt::format("--campaign shares out seeds, and no seed makes an execution of --strategy {}",
                    options.strategy));
  }
  if (options.shard) {
    return BadUsage("--campaign shares the seeds out by itself: leave out --shard");
  }
  if (options.requested.store != RunOptions().store) {
    return BadUsage(
        "--campaign needs --store sim: its workers would share the rows of another store");
  }
  if (!options.how.shrink_time) {
    return BadUsage(
        "--campaign tells findings apart by their shrunk shape: leave out --shrink-time none");
  }
  if (options.range_seeds && (*options.range_seeds < 2 || *options.range_seeds > kMostRangeSeeds)) {
    return BadUsage(fmt::format("--range-seeds needs a number from 2 to {}", kMostRangeSeeds));
  }
  if (options.claim_time && *options.claim_time < kLeastClaimTime) {
    return BadUsage("--claim-time needs at least 100ms");
  }
  return absl::OkStatus();
}

SharedCampaign::Options SharedOptionsOf(const FuzzOptions& options, const FuzzBudget& budget) {
  SharedCampaign::Options shared;
  shared.seeds = budget.seeds;
  shared.range_seeds = options.range_seeds.value_or(kDefaultRangeSeeds);
  shared.claim_time = options.claim_time.value_or(kDefaultClaimTime);
  return shared;
}

campaign::CampaignIdentity IdentityFor(const FuzzOptions& options, const FuzzBudget& budget,
                                       const std::vector<Subject>& subjects) {
  campaign::CampaignIdentity identity = campaign::IdentityOf(subjects, options.strategy);
  if (options.seeds || options.seed_count || options.base_seed) identity.seeds = budget.seeds;
  identity.range_seeds = options.range_seeds;
  return identity;
}

// In the order of the campaign: a worker may have named its scenarios in another order.
std::vector<Subject> InPlace(const SharedCampaign& shared, std::vector<Subject> subjects) {
  const auto place = [names = shared.scenarios()](const Subject& subject) {
    return std::find(names.begin(), names.end(), subject.scenario->name) - names.begin();
  };
  std::sort(subjects.begin(), subjects.end(),
            [&place](const Subject& a, const Subject& b) { return place(a) < place(b); });
  return subjects;
}

}  // namespace

absl::StatusOr<ExitCode> FuzzShared(const FuzzOptions& options, const FuzzBudget& budget,
                                    std::uint64_t jobs, std::vector<Subject> subjects) {
  if (absl::Status status = CheckOptions(options); !status.ok()) return status;
  auto database = campaign::OpenDatabase(*options.campaign);
  if (!database.ok()) return database.status();
  const auto shared =
      SharedCampaign::Join(*std::move(database), IdentityFor(options, budget, subjects),
                           SharedOptionsOf(options, budget));
  if (!shared.ok()) return shared.status();
  subjects = InPlace(**shared, std::move(subjects));

  SharedReport report{options.how, subjects, **shared};
  report.strategy = options.strategy;
  report.plateau = budget.plateau.value_or(0);
  const auto begin = std::chrono::steady_clock::now();
  const auto before = (*shared)->Summary();
  if (!before.ok()) return before.status();
  report.was_finished = before->finished();
  if (report.was_finished) return ExitCodeOf(ShowShared(report, *before));

  campaign::SharedWork work{subjects, options.strategy, *options.how.shrink_time, budget.time};
  work.plateau = report.plateau;
  work.jobs = jobs;
  work.json = options.how.output.json;
  TerminalProgress progress(/*quiet=*/options.how.output.json);
  const auto done = campaign::WorkOn(**shared, work, progress);
  if (!done.ok()) return done.status();
  report.done = *done;
  report.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  const auto after = (*shared)->Summary();
  if (!after.ok()) return after.status();
  return ExitCodeOf(ShowShared(report, *after));
}

absl::Status CheckNotShared(const FuzzOptions& options) {
  if (options.claim_time) return BadUsage("--claim-time needs --campaign");
  if (options.range_seeds) return BadUsage("--range-seeds needs --campaign");
  return absl::OkStatus();
}

}  // namespace fencepost::cli
