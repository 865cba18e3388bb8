// fencepost run: one execution under one seed, drawn.
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <optional>

#include "absl/status/status.h"
#include "campaign/campaign_result.h"
#include "campaign/commands_to_repeat.h"
#include "campaign/crash_note.h"
#include "campaign/determinism/determinism_guard.h"
#include "campaign/event_log_file.h"
#include "campaign/run_setup.h"
#include "campaign/seeded_strategies.h"
#include "campaign/strategies.h"
#include "cli/commands.h"
#include "cli/common_options.h"
#include "cli/report/run_report.h"
#include "sim/engine/replay/choice_bytes.h"

namespace fencepost::cli {
namespace {

using campaign::Divergence;
using campaign::Subject;

struct RunCommandOptions {
  std::string scenario;
  RunOptions requested;
  std::optional<std::uint64_t> seed;
  std::string_view strategy;  // empty: the default
  std::optional<std::string> choice_bytes;
  bool check_determinism = false;
  std::optional<std::string> replay_file;
  std::optional<std::string> event_log;
  Output output = DefaultOutput();
};

// What chooses, and how it is named.
struct Chooser {
  std::unique_ptr<sim::Strategy> bytes;  // null: the strategy of a seed
  std::string_view name;
  std::optional<std::uint64_t> seed;  // nullopt: the choices come from a file of choice bytes
};

absl::StatusOr<Chooser> FromBytes(const std::string& path) {
  std::error_code ignored;
  // Reading a directory as a stream would throw.
  if (std::filesystem::is_directory(path, ignored)) return BadUsage(path + ": is a directory");
  std::ifstream file(path, std::ios::binary);
  std::vector<std::uint8_t> bytes{std::istreambuf_iterator<char>(file), {}};
  if (!file) return BadUsage(path + ": cannot be read");
  return Chooser{std::make_unique<sim::ChoiceBytes>(std::move(bytes)), campaign::kChoiceBytes,
                 std::nullopt};
}

absl::StatusOr<Chooser> ChooserOf(const RunCommandOptions& options) {
  if (options.choice_bytes) {
    if (options.seed || !options.strategy.empty() || options.check_determinism) {
      return BadUsage(
          "--choice-bytes says what is chosen: leave out --seed, --strategy and "
          "--check-determinism");
    }
    return FromBytes(*options.choice_bytes);
  }
  if (options.check_determinism) {
    absl::Status fits = CheckDeterminismFits(options.requested.store);
    if (!fits.ok()) return fits;
  }
  const std::uint64_t seed = options.seed.value_or(1);
  const std::string_view name = options.strategy.empty() ? campaign::kPortfolio : options.strategy;
  return Chooser{nullptr, name, seed};
}

std::string CommandOf(const Subject& subject, const Chooser& chooser,
                      const RunCommandOptions& options) {
  const Scenario& scenario = *subject.scenario;
  if (chooser.seed) {
    return campaign::RunCommand(scenario, subject.options, chooser.name, *chooser.seed);
  }
  return "fencepost run " + std::string(scenario.name) + " --choice-bytes " +
         campaign::ShellWord(*options.choice_bytes) +
         campaign::OptionsText(scenario, subject.options);
}

absl::StatusOr<ExitCode> RunOne(const RunCommandOptions& options) {
  auto chooser = ChooserOf(options);
  if (!chooser.ok()) return chooser.status();
  auto subject = campaign::SubjectOf(options.scenario, options.requested);
  if (!subject.ok()) return subject.status();
  const Scenario& scenario = *subject->scenario;
  subject->options.record_timeline = true;
  std::unique_ptr<campaign::EventLogFile> event_log;
  if (options.event_log) {
    auto created = campaign::EventLogFile::Create(*options.event_log);
    if (!created.ok()) return created.status();
    event_log = *std::move(created);
    subject->options.observer = &event_log->observer();
  }
  const auto runner = Runner::Create(scenario, subject->options);
  if (!runner.ok()) return runner.status();

  const std::string command = CommandOf(*subject, *chooser, options);
  const campaign::CrashNote note(
      {std::string(scenario.name), command, "", /*has_seed=*/false, options.output.json});
  std::unique_ptr<sim::Strategy> strategy = std::move(chooser->bytes);
  if (strategy == nullptr) {
    campaign::SeededStrategies strategies(chooser->name, scenario, subject->options);
    strategy = strategies.For(*chooser->seed);
  }
  const RunReport report = (*runner)->Run(*strategy);
  if (event_log != nullptr) {
    if (absl::Status closed = event_log->Close(); !closed.ok()) return closed;
  }
  std::optional<Divergence> divergence;
  if (options.check_determinism) {
    auto compared = campaign::CompareAlone(*subject, chooser->name, *chooser->seed,
                                           campaign::TraceOf(**runner));
    if (!compared.ok()) return compared.status();
    divergence = *std::move(compared);
  }
  if (options.replay_file) {
    const absl::Status written = sim::WriteReplayFile(
        *options.replay_file,
        campaign::RecordingOf(**runner, subject->options, report, chooser->name, chooser->seed));
    if (!written.ok()) return written;
  }
  return ExitCodeOf(ShowRun(
      {*subject, report, (*runner)->timeline(), command, chooser->seed, std::move(divergence)},
      options.output));
}

}  // namespace

Command RunCommand() {
  using Options = RunCommandOptions;
  CommandTable<Options> table;
  table.info = {.name = "run",
                .sentence = "Run one execution of a scenario and draw what its actors did.",
                .positional = "SCENARIO",
                .positional_meaning = "which scenario",
                .least_names = 1,
                .most_names = 1};
  table.set_names = OneName(&Options::scenario);
  table.parameters = ParametersOf(&Options::requested);
  table.options = {
      {{"--seed", "N", "which execution (default 1)"}, Set(&Options::seed)},
      {{"--choice-bytes", "FILE", "the execution that these bytes choose, instead of a seed's"},
       Set(&Options::choice_bytes)},
      {StrategyOption(/*campaign=*/false),
       SetStrategy("run", /*campaign=*/false, &Options::strategy)},
      {kCheckDeterminism, Set(&Options::check_determinism)},
      {{"--replay-file", "FILE", "write the run's choices there, for replay"},
       Set(&Options::replay_file)},
      {kEventLog, Set(&Options::event_log)},
      {kConform, Set(&Options::requested, &RunOptions::conform)},
      {kStore, SetStore<Options>(&Options::requested, &RunOptions::store)},
      {kJson, Set(&Options::output, &Output::json)},
      {kAscii, Set(&Options::output, &Output::ascii)}};
  table.run = RunOne;
  return MakeCommand(std::move(table));
}

}  // namespace fencepost::cli
