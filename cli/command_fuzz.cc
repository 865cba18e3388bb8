// fencepost fuzz: many executions under random seeds, of several scenarios.
#include <fmt/format.h>

#include <chrono>
#include <memory>

#include "absl/status/status.h"
#include "campaign/determinism/determinism_guard.h"
#include "campaign/guided_corpus.h"
#include "campaign/run_setup.h"
#include "campaign/seed_campaign.h"
#include "campaign/strategies.h"
#include "cli/commands.h"
#include "cli/fuzz_options.h"
#include "cli/fuzz_shared.h"
#include "cli/report/fuzz_report.h"
#include "cli/report/report_failure.h"
#include "cli/report/terminal_progress.h"

namespace fencepost::cli {
namespace {

using campaign::ScenarioResult;
using campaign::Subject;
using Clock = std::chrono::steady_clock;
using Seconds = std::chrono::duration<double>;

// Stops at the first scenario with a finding. Time is shared equally among the scenarios; what one
// leaves over is for those after it.
absl::StatusOr<std::vector<ScenarioResult>> RunAll(const FuzzOptions& options,
                                                   const FuzzBudget& budget, std::uint64_t jobs,
                                                   const std::vector<Subject>& subjects,
                                                   campaign::GuidedCorpus* guided_corpus) {
  TerminalProgress progress(/*quiet=*/options.how.output.json);
  const auto begin = Clock::now();
  std::vector<ScenarioResult> results;
  for (const Subject& subject : subjects) {
    campaign::SeedCampaign seeds;
    seeds.scenario = subject.scenario;
    seeds.options = subject.options;
    seeds.seeds = budget.seeds;
    if (budget.time) {
      const Seconds left = *budget.time - (Clock::now() - begin);
      seeds.time = left / static_cast<double>(subjects.size() - results.size());
    }
    seeds.plateau = budget.plateau;
    seeds.jobs = jobs;
    seeds.strategy = options.strategy;
    seeds.json = options.how.output.json;
    seeds.guided_corpus = guided_corpus;
    if (options.check_determinism) {
      seeds.make_guard = [&] {
        return campaign::DeterminismGuard::Create(subject, options.strategy);
      };
    }
    auto result = campaign::RunSeeds(seeds, progress);
    if (!result.ok()) return result.status();
    results.push_back(*std::move(result));
    if (results.back().finding) break;
  }
  return results;
}

absl::StatusOr<ExitCode> FuzzAlone(const FuzzOptions& options, const FuzzBudget& budget,
                                   std::uint64_t jobs, const std::vector<Subject>& subjects) {
  std::unique_ptr<campaign::GuidedCorpus> corpus;
  if (options.guided_corpus) {
    if (!campaign::Learns(options.strategy)) {
      return BadUsage("--guided-corpus goes with --strategy guided alone");
    }
    auto opened = campaign::GuidedCorpus::Open(*options.guided_corpus);
    if (!opened.ok()) return opened.status();
    corpus = *std::move(opened);
  }
  const auto begin = Clock::now();
  const auto results = RunAll(options, budget, jobs, subjects, corpus.get());
  if (!results.ok()) return results.status();
  ShownFuzz shown;
  shown.seeds = budget.seeds;
  shown.default_base = budget.default_base;
  if (budget.shard) shown.shard = fmt::format("{}/{}", budget.shard->number, budget.shard->count);
  shown.budget = BudgetText(budget);
  shown.jobs = jobs;
  shown.strategy = options.strategy;
  shown.seconds = Seconds(Clock::now() - begin).count();
  return ExitCodeOf(ShowFuzz(*results, options.how, shown));
}

absl::StatusOr<ExitCode> Fuzz(const FuzzOptions& options) {
  const auto budget = BudgetOf(options);
  if (!budget.ok()) return budget.status();
  const auto jobs = JobsOf(options);
  if (!jobs.ok()) return jobs.status();
  if (options.check_determinism) {
    if (campaign::Learns(options.strategy)) {
      return BadUsage(fmt::format(
          "--check-determinism cannot go with --strategy {}: its executions depend on those before "
          "them",
          options.strategy));
    }
    absl::Status fits = CheckDeterminismFits(options.requested.store);
    if (!fits.ok()) return fits;
  }
  const auto subjects = campaign::SubjectsOf(options.scenarios, options.requested);
  if (!subjects.ok()) return subjects.status();
  absl::Status directory = CheckReplayDirectory(options.how.replay_directory);
  if (!directory.ok()) return directory;
  if (options.campaign) return FuzzShared(options, *budget, *jobs, *subjects);
  if (absl::Status status = CheckNotShared(options); !status.ok()) return status;
  return FuzzAlone(options, *budget, *jobs, *subjects);
}

// A time, or "none".
absl::Status SetShrinkTime(FuzzOptions& options, std::string_view option, const std::string& text) {
  if (text == "none") {
    options.how.shrink_time.reset();
    return absl::OkStatus();
  }
  return ParseInto(option, text, options.how.shrink_time);
}

std::vector<Option<FuzzOptions>> SeedOptions() {
  using Options = FuzzOptions;
  return {
      {{"--seeds", "A..B", "these seeds, both ends included, for each scenario"},
       Set(&Options::seeds)},
      {{"--seed-count", "N", "N seeds for each scenario (default 10000)"},
       Set(&Options::seed_count)},
      {{"--time", "T", "as many seeds as T allows (60s, 5m), shared equally among the scenarios"},
       Set(&Options::time)},
      {{"--base-seed", "N", "the first seed (default 1)"}, Set(&Options::base_seed)},
      {{"--plateau", "N",
        "a scenario also ends when N executions in a row have reached no new coverage"},
       Set(&Options::plateau)},
      {{"--shard", "K/N", "only the K-th of N equal parts of the seeds, counted from 1"},
       Set(&Options::shard)}};
}

std::vector<Option<FuzzOptions>> SharedOptions() {
  using Options = FuzzOptions;
  return {{{"--campaign", "PLACE",
            "share one campaign, which findings do not stop, with every worker that names the same "
            "PLACE: a SQLite file or a PostgreSQL URI (postgres://...)"},
           Set(&Options::campaign)},
          {{"--claim-time", "T",
            "with --campaign: a worker that is silent for T (default 60s) loses its range to "
            "another"},
           Set(&Options::claim_time)},
          {{"--range-seeds", "N", "with --campaign: N seeds are claimed at once (default 1000)"},
           Set(&Options::range_seeds)}};
}

std::vector<Option<FuzzOptions>> OtherOptions() {
  using Options = FuzzOptions;
  return {{{"--jobs", "J",
            "threads (default: one for each processor); the outcome does not depend on it, except "
            "with --strategy guided"},
           Set(&Options::jobs)},
          {StrategyOption(/*campaign=*/true),
           SetStrategy("fuzz", /*campaign=*/true, &Options::strategy)},
          {{"--guided-corpus", "FILE",
            "a SQLite file of executions that --strategy guided begins with and adds to"},
           Set(&Options::guided_corpus)},
          {kCheckDeterminism, Set(&Options::check_determinism)},
          {kConform, Set(&Options::requested, &RunOptions::conform)},
          {{"--shrink-time", "T", "make a failure small within T (default 5s), or none"},
           SetShrinkTime},
          {kStore, SetStore<Options>(&Options::requested, &RunOptions::store)},
          {kReplayDir, Set(&Options::how, &CampaignOutput::replay_directory)},
          {kRequireProbes, Set(&Options::how, &CampaignOutput::require_probes)},
          {kJson, Set(&Options::how, &CampaignOutput::output, &Output::json)},
          {kAscii, Set(&Options::how, &CampaignOutput::output, &Output::ascii)}};
}

}  // namespace

Command FuzzCommand() {
  using Options = FuzzOptions;
  CommandTable<Options> table;
  table.info = {
      .name = "fuzz",
      .sentence =
          "Run many executions, each with its own seed, and stop at the first that is not clean. "
          "A scenario with 1,000 executions or more must reach all of its probes.",
      .positional = "SCENARIO",
      .positional_meaning = "which scenarios; all if none is named",
      .most_names = SIZE_MAX};
  table.set_names = AllNames(&Options::scenarios);
  table.parameters = ParametersOf(&Options::requested);
  for (auto options : {SeedOptions(), SharedOptions(), OtherOptions()}) {
    table.options.insert(table.options.end(), options.begin(), options.end());
  }
  table.run = Fuzz;
  return MakeCommand(std::move(table));
}

}  // namespace fencepost::cli
