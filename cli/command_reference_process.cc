// fencepost reference-process: the other process of --check-determinism. It reads requests from its
// standard input, a line each, until that ends:
//   hashes FIRST LAST   runs the seeds from the last to the first; a line with the hash of each
//   trace SEED          runs the seed; one line with all of it
#include <fmt/format.h>

#include <cstdio>
#include <iostream>
#include <sstream>
#include <string>

#include "campaign/determinism/reference_process.h"
#include "campaign/determinism/run_trace.h"
#include "campaign/run_setup.h"
#include "campaign/seeded_strategies.h"
#include "campaign/strategies.h"
#include "cli/commands.h"
#include "cli/common_options.h"

namespace fencepost::cli {
namespace {

using campaign::SeededStrategies;
using campaign::SeedRange;
using campaign::Subject;

absl::Status AnswerHashes(Runner& runner, SeededStrategies& strategies, std::istream& request) {
  SeedRange seeds{};
  if (!(request >> seeds.first >> seeds.last) || seeds.first > seeds.last) {
    return absl::InvalidArgumentError("hashes needs a first and a last seed");
  }
  for (std::uint64_t seed = seeds.last;; --seed) {
    const RunReport report = runner.Run(*strategies.For(seed));
    fmt::print("{:x}\n", report.hash);
    std::fflush(stdout);  // should the next one crash, the reader knows which it was
    if (seed == seeds.first) return absl::OkStatus();
  }
}

absl::Status AnswerTrace(const Subject& subject, std::string_view strategy, std::istream& request) {
  std::uint64_t seed = 0;
  if (!(request >> seed)) return absl::InvalidArgumentError("trace needs a seed");
  RunOptions options = subject.options;
  options.record_timeline = true;
  const auto runner = Runner::Create(*subject.scenario, options);
  if (!runner.ok()) return runner.status();
  SeededStrategies strategies(strategy, *subject.scenario, options);
  (*runner)->Run(*strategies.For(seed));
  fmt::print("{}\n", campaign::ToLine(campaign::TraceOf(**runner)));
  std::fflush(stdout);
  return absl::OkStatus();
}

struct ReferenceOptions {
  std::string scenario;
  RunOptions requested;
  std::string_view strategy = campaign::StrategyNames(/*campaign=*/false).front();
};

absl::StatusOr<ExitCode> AnswerRequests(const ReferenceOptions& options) {
  const auto subject = campaign::SubjectOf(options.scenario, options.requested);
  if (!subject.ok()) return subject.status();
  const auto runner = Runner::Create(*subject->scenario, subject->options);
  if (!runner.ok()) return runner.status();
  SeededStrategies strategies(options.strategy, *subject->scenario, subject->options);
  for (std::string line; std::getline(std::cin, line);) {
    std::istringstream request(line);
    std::string what;
    request >> what;
    const absl::Status answered = what == "hashes" ? AnswerHashes(**runner, strategies, request)
                                  : what == "trace"
                                      ? AnswerTrace(*subject, options.strategy, request)
                                      : absl::InvalidArgumentError("no such request: " + what);
    if (!answered.ok()) return answered;
  }
  return ExitCode::kClean;
}

}  // namespace

Command ReferenceProcessCommand() {
  using Options = ReferenceOptions;
  CommandTable<Options> table;
  table.info = {.name = campaign::kReferenceProcessCommand,
                .sentence =
                    "The other process of --check-determinism: it answers requests on its "
                    "standard input.",
                .positional = "SCENARIO",
                .positional_meaning = "which scenario",
                .least_names = 1,
                .most_names = 1,
                .internal = true};
  table.set_names = OneName(&Options::scenario);
  table.parameters = ParametersOf(&Options::requested);
  table.options = {
      {StrategyOption(/*campaign=*/false),
       SetStrategy(campaign::kReferenceProcessCommand, /*campaign=*/false, &Options::strategy)},
      {kConform, Set(&Options::requested, &RunOptions::conform)}};
  table.run = AnswerRequests;
  return MakeCommand(std::move(table));
}

}  // namespace fencepost::cli
