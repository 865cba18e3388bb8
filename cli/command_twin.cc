// fencepost twin: the other process of --check-determinism. It reads requests from its standard
// input, a line each, until that ends:
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
#include "campaign/seeded_strategy.h"
#include "cli/commands.h"

namespace fencepost::cli {
namespace {

absl::Status AnswerHashes(Runner& runner, std::string_view strategy, std::istream& request) {
  SeedRange seeds{};
  if (!(request >> seeds.first >> seeds.last) || seeds.first > seeds.last) {
    return absl::InvalidArgumentError("hashes needs a first and a last seed");
  }
  for (std::uint64_t seed = seeds.last;; --seed) {
    const RunReport report = runner.Run(*SeededStrategy(strategy, seed));
    fmt::print("{:x}\n", report.hash);
    std::fflush(stdout);  // should the next one crash, it is known which it was
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
  (*runner)->Run(*SeededStrategy(strategy, seed));
  fmt::print("{}\n", ToLine(TraceOf(**runner)));
  std::fflush(stdout);
  return absl::OkStatus();
}

absl::StatusOr<ExitCode> AnswerRequests(const GivenArguments& given) {
  const auto strategy = StrategyNameOf(given);
  if (!strategy.ok()) return strategy.status();
  const auto subject = SubjectOf(given.names.front(), given, /*swarm=*/true);
  if (!subject.ok()) return subject.status();
  const auto runner = Runner::Create(*subject->scenario, subject->options);
  if (!runner.ok()) return runner.status();
  for (std::string line; std::getline(std::cin, line);) {
    std::istringstream request(line);
    std::string what;
    request >> what;
    const absl::Status answered = what == "hashes" ? AnswerHashes(**runner, *strategy, request)
                                  : what == "trace"
                                      ? AnswerTrace(*subject, *strategy, request)
                                      : absl::InvalidArgumentError("no such request: " + what);
    if (!answered.ok()) return answered;
  }
  return ExitCode::kClean;
}

}  // namespace

CommandSpec TwinCommand() {
  CommandSpec spec;
  spec.name = kTwinCommand;
  spec.internal = true;
  spec.sentence = "The other process of --check-determinism: answers requests on standard input.";
  spec.positional = "SCENARIO";
  spec.positional_meaning = "which scenario";
  spec.least_names = 1;
  spec.most_names = 1;
  spec.takes_parameters = true;
  spec.options = {kStrategyOption, kConform};
  spec.execute = AnswerRequests;
  return spec;
}

}  // namespace fencepost::cli
