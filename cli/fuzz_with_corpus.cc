#include "cli/fuzz_with_corpus.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "absl/status/status.h"
#include "campaign/seeded_strategy.h"
#include "campaign/shared/corpus.h"
#include "campaign/shared/corpus_workers.h"
#include "campaign/shared/open_session.h"
#include "cli/arguments.h"
#include "cli/report/corpus_report.h"
#include "cli/report/terminal.h"

namespace fencepost::cli {
namespace {

constexpr std::uint64_t kDefaultRangeSeeds = 1000;
constexpr std::uint64_t kMostRangeSeeds = 1'000'000'000;
constexpr absl::Duration kDefaultClaimTime = absl::Seconds(60);
constexpr absl::Duration kLeastClaimTime = absl::Milliseconds(100);

absl::Status Wrong(const std::string& sentence) { return absl::InvalidArgumentError(sentence); }

absl::Status CheckOptions(const FuzzArguments& arguments) {
  const GivenArguments& given = arguments.given;
  if (given.Has("--shard")) {
    return Wrong("--corpus shares the seeds out by itself: leave out --shard");
  }
  const std::string* store = given.Find("--store");
  if (store != nullptr && *store != RunOptions().store) {
    return Wrong("--corpus needs --store sim: its workers would share the rows of another store");
  }
  // Whoever runs a seed, its run must be the same: the seed alone has to make it.
  if (const auto seeded = StrategyNameOf(given); !seeded.ok()) return seeded.status();
  if (!arguments.shrink_time) {
    return Wrong(
        "--corpus tells findings apart by their shrunk shape: leave out --shrink-time none");
  }
  return absl::OkStatus();
}

absl::StatusOr<Corpus::Options> OptionsOf(const FuzzArguments& arguments) {
  Corpus::Options options;
  options.seeds = arguments.budget.seeds;
  options.claim_time = kDefaultClaimTime;
  const auto range = NumberOr(arguments.given, kRangeSeeds.name, kDefaultRangeSeeds);
  if (!range.ok()) return range.status();
  if (*range < 2 || *range > kMostRangeSeeds) {
    return Wrong(fmt::format("{} needs a number from 2 to {}", kRangeSeeds.name, kMostRangeSeeds));
  }
  options.range_seeds = *range;
  if (const std::string* text = arguments.given.Find(kClaimTime.name)) {
    const auto time = ParseDuration(kClaimTime.name, *text);
    if (!time.ok()) return time.status();
    if (*time < kLeastClaimTime) return Wrong("--claim-time needs at least 100ms");
    options.claim_time = *time;
  }
  return options;
}

CampaignIdentity IdentityFor(const FuzzArguments& arguments, const Corpus::Options& options,
                             const std::vector<Subject>& subjects) {
  CampaignIdentity identity = IdentityOf(subjects, arguments.strategy);
  const GivenArguments& given = arguments.given;
  if (given.Has("--seeds") || given.Has("--seed-count") || given.Has("--base-seed")) {
    identity.seeds = options.seeds;
  }
  if (given.Has(kRangeSeeds.name)) identity.range_seeds = options.range_seeds;
  return identity;
}

// The campaign's scenarios have places; a worker may have named them in another order.
std::vector<Subject> InPlace(const Corpus& corpus, std::vector<Subject> subjects) {
  const auto place = [names = corpus.scenarios()](const Subject& subject) {
    return std::find(names.begin(), names.end(), subject.scenario->name) - names.begin();
  };
  std::sort(subjects.begin(), subjects.end(),
            [&place](const Subject& a, const Subject& b) { return place(a) < place(b); });
  return subjects;
}

}  // namespace

absl::StatusOr<ExitCode> FuzzWithCorpus(const FuzzArguments& arguments,
                                        std::vector<Subject> subjects) {
  if (absl::Status status = CheckOptions(arguments); !status.ok()) return status;
  const auto options = OptionsOf(arguments);
  if (!options.ok()) return options.status();
  auto session = OpenCorpusSession(*arguments.given.Find(kCorpus.name));
  if (!session.ok()) return session.status();
  const auto corpus =
      Corpus::Join(*std::move(session), IdentityFor(arguments, *options, subjects), *options);
  if (!corpus.ok()) return corpus.status();
  subjects = InPlace(**corpus, std::move(subjects));

  const bool json = arguments.given.Has("--json");
  CorpusReport report{arguments.given, subjects, **corpus};
  report.strategy = arguments.strategy;
  report.plateau = arguments.budget.plateau.value_or(0);
  const auto begin = std::chrono::steady_clock::now();
  const auto before = (*corpus)->Summary();
  if (!before.ok()) return before.status();
  report.was_finished = before->finished();
  if (report.was_finished) return ShowCorpus(report, *before);

  CorpusWork work{subjects, arguments.strategy, *arguments.shrink_time, arguments.budget.time};
  work.plateau = report.plateau;
  work.jobs = arguments.jobs;
  work.json = json;
  Progress progress(!json && IsTerminal(STDERR_FILENO));
  const auto done = WorkOn(**corpus, work, progress);
  if (!done.ok()) return done.status();
  report.done = *done;
  report.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  const auto after = (*corpus)->Summary();
  if (!after.ok()) return after.status();
  return ShowCorpus(report, *after);
}

absl::Status CheckWithoutCorpus(const GivenArguments& given) {
  for (const std::string_view option : {kClaimTime.name, kRangeSeeds.name}) {
    if (given.Has(option)) return Wrong(fmt::format("{} needs --corpus", option));
  }
  return absl::OkStatus();
}

}  // namespace fencepost::cli
