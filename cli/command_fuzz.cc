// fencepost fuzz: many executions under random seeds, of several scenarios.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>
#include <thread>

#include "absl/status/status.h"
#include "campaign/commands_to_repeat.h"
#include "campaign/guided_corpus.h"
#include "campaign/run_setup.h"
#include "campaign/seed_campaign.h"
#include "campaign/seeded_strategy.h"
#include "campaign/strategy_source.h"
#include "cli/arguments.h"
#include "cli/commands.h"
#include "cli/fuzz_budget.h"
#include "cli/fuzz_with_corpus.h"
#include "cli/report/campaign_output.h"
#include "cli/report/campaign_summary.h"
#include "cli/report/json_report.h"
#include "cli/report/progress.h"
#include "cli/report/terminal.h"
#include "cli/report/text.h"

namespace fencepost::cli {
namespace {

using Seconds = std::chrono::duration<double>;

constexpr Seconds kDefaultShrinkTime{5};

absl::Status Wrong(const std::string& sentence) { return absl::InvalidArgumentError(sentence); }

// Nothing: a finding is shown as it was found.
absl::StatusOr<std::optional<Seconds>> ShrinkTimeOf(const GivenArguments& given) {
  const std::string* text = given.Find("--shrink-time");
  if (text == nullptr) return kDefaultShrinkTime;
  if (*text == "none") return std::nullopt;
  const auto time = ParseDuration("--shrink-time", *text);
  if (!time.ok()) return time.status();
  return Seconds(absl::ToDoubleSeconds(*time));
}

absl::StatusOr<std::uint64_t> JobsOf(const GivenArguments& given) {
  const std::string* store = given.Find("--store");
  const bool shared_store = store != nullptr && *store != RunOptions().store;
  const std::uint64_t standard =
      shared_store ? 1 : std::max(1U, std::thread::hardware_concurrency());
  const auto jobs = NumberOr(given, "--jobs", standard);
  if (!jobs.ok()) return jobs;
  if (*jobs < 1 || *jobs > 1024) return Wrong("--jobs needs a number from 1 to 1024");
  if (*jobs > 1 && shared_store) {
    return Wrong("--jobs must be 1 with --store " + *store + ": its executions would share rows");
  }
  return jobs;
}

// Null: none was asked for.
absl::StatusOr<std::unique_ptr<GuidedCorpus>> CorpusOf(const GivenArguments& given,
                                                       std::string_view strategy) {
  const std::string* path = given.Find("--guided-corpus");
  if (path == nullptr) return nullptr;
  if (!Learns(strategy)) return Wrong("--guided-corpus goes with --strategy guided alone");
  return GuidedCorpus::Open(*path);
}

std::string Heading(const FuzzBudget& budget, std::uint64_t jobs, std::string_view strategy) {
  return fmt::format("{}, strategy {}, {} {}\n", BudgetText(budget), strategy, jobs,
                     jobs == 1 ? "job" : "jobs");
}

// Stops at the first scenario with a finding. Time is shared equally among the scenarios; what one
// leaves over is for those behind it.
absl::StatusOr<std::vector<ScenarioResult>> RunAll(const std::vector<Subject>& subjects,
                                                   const FuzzBudget& budget, std::uint64_t jobs,
                                                   std::string_view strategy,
                                                   GuidedCorpus* guided_corpus,
                                                   const GivenArguments& given) {
  const bool json = given.Has("--json");
  Progress progress(!json && IsTerminal(STDERR_FILENO));
  const auto begin = std::chrono::steady_clock::now();
  std::vector<ScenarioResult> results;
  for (const Subject& subject : subjects) {
    SeedCampaign campaign;
    campaign.scenario = subject.scenario;
    campaign.options = subject.options;
    campaign.seeds = budget.seeds;
    if (budget.time) {
      const Seconds left = *budget.time - (std::chrono::steady_clock::now() - begin);
      campaign.time = left / static_cast<double>(subjects.size() - results.size());
    }
    campaign.plateau = budget.plateau;
    campaign.jobs = jobs;
    campaign.strategy = strategy;
    campaign.json = json;
    campaign.guided_corpus = guided_corpus;
    campaign.check_determinism = given.Has(kCheckDeterminism.name);
    auto result = RunSeeds(campaign, progress);
    if (!result.ok()) return result.status();
    results.push_back(*std::move(result));
    if (results.back().finding) break;
  }
  return results;
}

// Of the campaign that led to a finding which no seed repeats alone.
std::string CommandWithoutSeed(const std::vector<ScenarioResult>& results,
                               const FuzzBudget& budget) {
  if (results.empty() || !results.back().finding) return "";
  const ScenarioResult& found = results.back();
  const std::uint64_t last = budget.seeds.first + (found.finding->execution - 1);
  return CampaignCommand(*found.scenario, found.options, found.finding->replay.strategy,
                         budget.seeds.first) +
         std::to_string(last);
}

absl::StatusOr<ExitCode> Fuzz(const GivenArguments& given) {
  const auto budget = FuzzBudgetOf(given);
  if (!budget.ok()) return budget.status();
  const auto jobs = JobsOf(given);
  if (!jobs.ok()) return jobs.status();
  const auto strategy = CampaignStrategyOf(given);
  if (!strategy.ok()) return strategy.status();
  if (Learns(*strategy) && given.Has(kCheckDeterminism.name)) {
    return Wrong("--check-determinism cannot go with --strategy " + std::string(*strategy) +
                 ": its executions depend on those before them");
  }
  const auto shrink_time = ShrinkTimeOf(given);
  if (!shrink_time.ok()) return shrink_time.status();
  if (absl::Status status = CheckGuard(given); !status.ok()) return status;
  const auto subjects = SubjectsOf(given.names, given, /*swarm=*/true);
  if (!subjects.ok()) return subjects.status();
  if (absl::Status status = CheckReplayDirectory(ReplayDirectory(given)); !status.ok()) {
    return status;
  }
  if (given.Has(kCorpus.name)) {
    if (Learns(*strategy)) return Wrong("--corpus shares seeds, and --strategy guided has none");
    if (given.Has(kCheckDeterminism.name)) {
      return Wrong("--check-determinism cannot go with --corpus");
    }
    return FuzzWithCorpus({given, *budget, *jobs, *strategy, *shrink_time}, *subjects);
  }
  if (absl::Status status = CheckWithoutCorpus(given); !status.ok()) return status;
  const auto corpus = CorpusOf(given, *strategy);
  if (!corpus.ok()) return corpus.status();
  const auto begin = std::chrono::steady_clock::now();
  const auto results = RunAll(*subjects, *budget, *jobs, *strategy, corpus->get(), given);
  if (!results.ok()) return results.status();
  const Seconds seconds = std::chrono::steady_clock::now() - begin;

  Json fields;
  fields["base_seed"] = budget->seeds.first;
  fields["base_seed_is_default"] = budget->default_base;
  if (budget->shard) {
    fields["shard"] = fmt::format("{}/{}", budget->shard->number, budget->shard->count);
  }
  fields["jobs"] = *jobs;
  fields["strategy"] = *strategy;
  return ShowCampaign(*results, given,
                      {fields, StopText(*results) + Heading(*budget, *jobs, *strategy),
                       seconds.count(), CommandWithoutSeed(*results, *budget), *shrink_time});
}

}  // namespace

CommandSpec FuzzCommand() {
  CommandSpec spec;
  spec.name = "fuzz";
  spec.sentence =
      "Run many executions, each with its own seed, and stop at the first that is not clean. "
      "A scenario with 1,000 executions or more must reach all of its probes.";
  spec.positional = "SCENARIO";
  spec.positional_meaning = "which scenarios; all if none is named";
  spec.most_names = SIZE_MAX;
  spec.takes_parameters = true;
  spec.options = {kSeeds,
                  kSeedCount,
                  kTime,
                  kBaseSeed,
                  kPlateau,
                  kShard,
                  kCorpus,
                  kClaimTime,
                  kRangeSeeds,
                  {"--jobs", "J",
                   "threads (default: one for each processor); the outcome does not depend on it, "
                   "except with --strategy guided"},
                  kCampaignStrategyOption,
                  {"--guided-corpus", "FILE",
                   "a SQLite file of executions that --strategy guided begins with and adds to"},
                  kCheckDeterminism,
                  kConform,
                  {"--shrink-time", "T", "make a failure small within T (default 5s), or none"},
                  kStore,
                  kReplayDir,
                  kRequireProbes,
                  kJson,
                  kAscii};
  spec.execute = Fuzz;
  return spec;
}

}  // namespace fencepost::cli
