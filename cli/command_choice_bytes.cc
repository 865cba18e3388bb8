// fencepost choice-bytes: executions under seeds as files of choice bytes, for a fuzzer to start
// from.
#include <fmt/format.h>

#include <cstdio>
#include <filesystem>
#include <fstream>

#include "absl/status/status.h"
#include "campaign/run_setup.h"
#include "campaign/seeded_strategies.h"
#include "campaign/strategies.h"
#include "cli/commands.h"
#include "cli/common_options.h"
#include "cli/report/text.h"
#include "sim/engine/replay/choice_bytes.h"

namespace fencepost::cli {
namespace {

struct ChoiceBytesOptions {
  std::vector<std::string> scenarios;
  RunOptions requested;
  std::string directory;
  std::uint64_t seed_count = 100;
  std::string_view strategy = campaign::StrategyNames(/*campaign=*/false).front();
};

absl::Status Write(const std::filesystem::path& path, const std::vector<std::uint8_t>& bytes) {
  std::ofstream file(path, std::ios::binary);
  for (const std::uint8_t byte : bytes) file.put(static_cast<char>(byte));
  file.close();
  if (file) return absl::OkStatus();
  return absl::UnavailableError(path.string() + ": cannot be written");
}

absl::Status WriteSeeds(const campaign::Subject& subject, const ChoiceBytesOptions& options,
                        const std::filesystem::path& directory) {
  std::error_code error;
  std::filesystem::create_directories(directory, error);
  if (error) return absl::UnavailableError(directory.string() + ": " + error.message());
  const auto runner = Runner::Create(*subject.scenario, subject.options);
  if (!runner.ok()) return runner.status();
  campaign::SeededStrategies strategies(options.strategy, *subject.scenario, subject.options);
  for (std::uint64_t seed = 1; seed <= options.seed_count; ++seed) {
    (*runner)->Run(*strategies.For(seed));
    const absl::Status written = Write(directory / fmt::format("seed-{}.bytes", seed),
                                       sim::BytesOf((*runner)->trace().choices()));
    if (!written.ok()) return written;
  }
  return absl::OkStatus();
}

absl::StatusOr<ExitCode> WriteAll(const ChoiceBytesOptions& options) {
  if (options.directory.empty()) {
    return BadUsage("choice-bytes needs --to DIR: where the files go");
  }
  if (options.seed_count == 0) return BadUsage("--seed-count needs at least 1");
  const auto subjects = campaign::SubjectsOf(options.scenarios, options.requested);
  if (!subjects.ok()) return subjects.status();
  for (const campaign::Subject& subject : *subjects) {
    const std::filesystem::path folder =
        std::filesystem::path(options.directory) / std::string(subject.scenario->name);
    if (absl::Status status = WriteSeeds(subject, options, folder); !status.ok()) return status;
    fmt::print("{}: {} executions\n", folder.string(), Grouped(options.seed_count));
  }
  return ExitCode::kClean;
}

}  // namespace

Command ChoiceBytesCommand() {
  using Options = ChoiceBytesOptions;
  CommandTable<Options> table;
  table.info = {
      .name = "choice-bytes",
      .sentence =
          "Write executions as files of choice bytes, for a fuzzer such as libFuzzer to start "
          "from. Each scenario has a folder of its own. `run --choice-bytes` runs one.",
      .positional = "SCENARIO",
      .positional_meaning = "which scenarios; all if none is named",
      .most_names = SIZE_MAX};
  table.set_names = AllNames(&Options::scenarios);
  table.parameters = ParametersOf(&Options::requested);
  table.options = {{{"--to", "DIR", "where the files go"}, Set(&Options::directory)},
                   {{"--seed-count", "N", "the seeds 1 to N of each scenario (default 100)"},
                    Set(&Options::seed_count)},
                   {StrategyOption(/*campaign=*/false),
                    SetStrategy("choice-bytes", /*campaign=*/false, &Options::strategy)}};
  table.run = WriteAll;
  return MakeCommand(std::move(table));
}

}  // namespace fencepost::cli
