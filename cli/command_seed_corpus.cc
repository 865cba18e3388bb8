// fencepost seed-corpus: executions under seeds as files of choice bytes, for a fuzzer to start
// from.
#include <fmt/format.h>

#include <cstdio>
#include <filesystem>
#include <fstream>

#include "absl/status/status.h"
#include "campaign/run_setup.h"
#include "campaign/seeded_strategy.h"
#include "cli/arguments.h"
#include "cli/commands.h"
#include "cli/report/text.h"
#include "sim/engine/replay/choice_bytes.h"

namespace fencepost::cli {
namespace {

constexpr std::uint64_t kDefaultSeedCount = 100;

absl::Status Write(const std::filesystem::path& path, const std::vector<std::uint8_t>& bytes) {
  std::ofstream file(path, std::ios::binary);
  for (const std::uint8_t byte : bytes) file.put(static_cast<char>(byte));
  file.close();
  if (file) return absl::OkStatus();
  return absl::UnavailableError(path.string() + ": cannot be written");
}

absl::Status WriteSeeds(const Subject& subject, std::string_view strategy, std::uint64_t count,
                        const std::filesystem::path& directory) {
  std::error_code error;
  std::filesystem::create_directories(directory, error);
  if (error) return absl::UnavailableError(directory.string() + ": " + error.message());
  const auto runner = Runner::Create(*subject.scenario, subject.options);
  if (!runner.ok()) return runner.status();
  for (std::uint64_t seed = 1; seed <= count; ++seed) {
    (*runner)->Run(*SeededStrategy(strategy, seed));
    const absl::Status written = Write(directory / fmt::format("seed-{}.bytes", seed),
                                       sim::BytesOf((*runner)->trace().choices()));
    if (!written.ok()) return written;
  }
  return absl::OkStatus();
}

absl::StatusOr<ExitCode> WriteCorpus(const GivenArguments& given) {
  const std::string* directory = given.Find("--to");
  if (directory == nullptr) {
    return absl::InvalidArgumentError("seed-corpus needs --to DIR: where the files go");
  }
  std::uint64_t count = kDefaultSeedCount;
  if (const std::string* text = given.Find("--seed-count")) {
    const auto parsed = ParseNumber("--seed-count", *text);
    if (!parsed.ok()) return parsed.status();
    count = *parsed;
  }
  const auto strategy = StrategyNameOf(given);
  if (!strategy.ok()) return strategy.status();
  const auto subjects = SubjectsOf(given.names, given, /*swarm=*/true);
  if (!subjects.ok()) return subjects.status();
  for (const Subject& subject : *subjects) {
    const std::filesystem::path folder =
        std::filesystem::path(*directory) / std::string(subject.scenario->name);
    if (absl::Status status = WriteSeeds(subject, *strategy, count, folder); !status.ok()) {
      return status;
    }
    fmt::print("{}: {} executions\n", folder.string(), Grouped(count));
  }
  return ExitCode::kClean;
}

}  // namespace

CommandSpec SeedCorpusCommand() {
  CommandSpec spec;
  spec.name = "seed-corpus";
  spec.sentence =
      "Write executions as files of choice bytes: the seed corpus of a fuzzer such as libFuzzer. "
      "Each scenario has a folder of its own. `run --choice-bytes` runs one.";
  spec.positional = "SCENARIO";
  spec.positional_meaning = "which scenarios; all if none is named";
  spec.most_names = SIZE_MAX;
  spec.takes_parameters = true;
  spec.options = {{"--to", "DIR", "where the files go"},
                  {"--seed-count", "N", "the seeds 1 to N of each scenario (default 100)"},
                  kStrategyOption};
  spec.execute = WriteCorpus;
  return spec;
}

}  // namespace fencepost::cli
