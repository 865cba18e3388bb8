// fencepost fuzz: many executions under random seeds, of several scenarios.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>
#include <thread>

#include "absl/status/status.h"
#include "cli/arguments.h"
#include "cli/campaign_output.h"
#include "cli/commands.h"
#include "cli/commands_to_repeat.h"
#include "cli/guided_corpus.h"
#include "cli/json_report.h"
#include "cli/progress.h"
#include "cli/run_setup.h"
#include "cli/seed_campaign.h"
#include "cli/seeded_strategy.h"
#include "cli/strategy_source.h"
#include "cli/terminal.h"
#include "cli/text.h"

namespace fencepost::cli {
namespace {

using Seconds = std::chrono::duration<double>;

constexpr std::uint64_t kDefaultBaseSeed = 1;
constexpr std::uint64_t kDefaultSeedCount = 10'000;
constexpr Seconds kDefaultShrinkTime{5};

struct Budget {
  SeedRange seeds{};
  std::optional<Seconds> time;  // for all scenarios together
  bool default_base = true;
};

absl::Status Wrong(const std::string& sentence) { return absl::InvalidArgumentError(sentence); }

absl::StatusOr<std::uint64_t> NumberOr(const GivenArguments& given, std::string_view option,
                                       std::uint64_t standard) {
  const std::string* text = given.Find(option);
  if (text == nullptr) return standard;
  return ParseNumber(option, *text);
}

absl::StatusOr<Budget> BudgetOf(const GivenArguments& given) {
  const std::string* range = given.Find("--seeds");
  const std::string* time = given.Find("--time");
  const int limits = (range != nullptr) + (time != nullptr) + given.Has("--seed-count");
  if (limits > 1) return Wrong("give only one of --seeds, --seed-count and --time");
  if (range != nullptr && given.Has("--base-seed")) {
    return Wrong("--seeds says which seed is the first: leave out --base-seed");
  }
  Budget budget;
  budget.default_base = range == nullptr && !given.Has("--base-seed");
  if (range != nullptr) {
    const auto seeds = ParseSeedRange("--seeds", *range);
    if (!seeds.ok()) return seeds.status();
    budget.seeds = *seeds;
    return budget;
  }
  const auto base = NumberOr(given, "--base-seed", kDefaultBaseSeed);
  if (!base.ok()) return base.status();
  budget.seeds.first = *base;
  if (time != nullptr) {
    const auto duration = ParseDuration("--time", *time);
    if (!duration.ok()) return duration.status();
    budget.time = Seconds(absl::ToDoubleSeconds(*duration));
    budget.seeds.last = UINT64_MAX;
    return budget;
  }
  const auto count = NumberOr(given, "--seed-count", kDefaultSeedCount);
  if (!count.ok()) return count.status();
  if (*count == 0) return Wrong("--seed-count needs at least 1");
  if (*count - 1 > UINT64_MAX - *base) {
    return Wrong("--base-seed and --seed-count together go beyond the largest seed");
  }
  budget.seeds.last = *base + (*count - 1);
  return budget;
}

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

std::string Heading(const Budget& budget, std::uint64_t jobs, std::string_view strategy) {
  const std::string base = fmt::format("base seed {}{}", budget.seeds.first,
                                       budget.default_base ? " (the default)" : "");
  const std::string extent = budget.time ? fmt::format("{} s in all", budget.time->count())
                                         : fmt::format("seeds {}..{} for each scenario",
                                                       budget.seeds.first, budget.seeds.last);
  return fmt::format("{}, {}, strategy {}, {} {}\n", base, extent, strategy, jobs,
                     jobs == 1 ? "job" : "jobs");
}

// Stops at the first scenario with a finding. Time is shared equally among the scenarios.
absl::StatusOr<std::vector<ScenarioResult>> RunAll(const std::vector<Subject>& subjects,
                                                   const Budget& budget, std::uint64_t jobs,
                                                   std::string_view strategy,
                                                   GuidedCorpus* guided_corpus,
                                                   const GivenArguments& given) {
  const bool json = given.Has("--json");
  Progress progress(!json && IsTerminal(STDERR_FILENO));
  std::vector<ScenarioResult> results;
  for (const Subject& subject : subjects) {
    SeedCampaign campaign;
    campaign.scenario = subject.scenario;
    campaign.options = subject.options;
    campaign.seeds = budget.seeds;
    if (budget.time) campaign.time = *budget.time / static_cast<double>(subjects.size());
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
std::string CommandWithoutSeed(const std::vector<ScenarioResult>& results, const Budget& budget) {
  if (results.empty() || !results.back().finding) return "";
  const ScenarioResult& found = results.back();
  const std::uint64_t last = budget.seeds.first + (found.finding->execution - 1);
  return CampaignCommand(*found.scenario, found.options, found.finding->replay.strategy,
                         budget.seeds.first) +
         std::to_string(last);
}

absl::StatusOr<ExitCode> Fuzz(const GivenArguments& given) {
  const auto budget = BudgetOf(given);
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
  const auto corpus = CorpusOf(given, *strategy);
  if (!corpus.ok()) return corpus.status();
  const auto begin = std::chrono::steady_clock::now();
  const auto results = RunAll(*subjects, *budget, *jobs, *strategy, corpus->get(), given);
  if (!results.ok()) return results.status();
  const Seconds seconds = std::chrono::steady_clock::now() - begin;

  Json fields;
  fields["base_seed"] = budget->seeds.first;
  fields["base_seed_is_default"] = budget->default_base;
  fields["jobs"] = *jobs;
  fields["strategy"] = *strategy;
  return ShowCampaign(*results, given,
                      {fields, Heading(*budget, *jobs, *strategy), seconds.count(),
                       CommandWithoutSeed(*results, *budget), *shrink_time});
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
  spec.options = {
      {"--seeds", "A..B", "these seeds, both ends included, for each scenario"},
      {"--seed-count", "N", "so many seeds for each scenario (default 10000)"},
      {"--time", "T", "as many seeds as T allows (60s, 5m), shared equally among the scenarios"},
      {"--base-seed", "N", "the first seed (default 1)"},
      {"--jobs", "J",
       "threads (default: one for each processor); the outcome does not depend on it, except with "
       "--strategy guided"},
      kCampaignStrategyOption,
      {"--guided-corpus", "FILE",
       "a SQLite file of executions that --strategy guided begins with and adds to"},
      kCheckDeterminism,
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
