// fencepost replay: the run of a replay file once more, compared with what was recorded.
#include <memory>
#include <optional>

#include "campaign/commands_to_repeat.h"
#include "campaign/crash_note.h"
#include "campaign/determinism/replay_comparison.h"
#include "campaign/event_log_file.h"
#include "campaign/replay_parameters.h"
#include "cli/commands.h"
#include "cli/common_options.h"
#include "cli/report/replay_report.h"
#include "sim/engine/replay/replay.h"

namespace fencepost::cli {
namespace {

using AfterParting = sim::Replay::AfterParting;

struct ReplayOptions {
  std::string path;
  bool go_on = false;
  std::string store;  // empty: the recorded one
  bool conform = false;
  std::optional<std::string> event_log;
  Output output = DefaultOutput();
};

absl::StatusOr<ExitCode> ReplayAndShow(const ReplayOptions& options) {
  const auto file = sim::ReadReplayFile(options.path);
  if (!file.ok()) return file.status();
  auto recorded = campaign::FromReplayFile(*file);
  if (!recorded.ok()) return recorded.status();
  RunOptions& run = recorded->options;
  if (!options.store.empty()) run.store = options.store;
  const bool only_here = options.conform && !run.conform;
  if (only_here) run.conform = true;
  run.record_timeline = true;
  std::unique_ptr<campaign::EventLogFile> event_log;
  if (options.event_log) {
    auto created = campaign::EventLogFile::Create(*options.event_log);
    if (!created.ok()) return created.status();
    event_log = *std::move(created);
    run.observer = &event_log->observer();
  }
  const auto runner = Runner::Create(*recorded->scenario, run);
  if (!runner.ok()) return runner.status();

  const std::string command =
      campaign::ReplayCommand(options.path) + (only_here ? " --conform" : "");
  const campaign::CrashNote note({file->scenario, command,
                                  options.go_on ? " --follow-default-after-parting" : "",
                                  /*has_seed=*/false, options.output.json});
  sim::Replay strategy(file->choices,
                       options.go_on ? AfterParting::kContinueDefault : AfterParting::kStop);
  const RunReport report = (*runner)->Run(strategy);
  if (event_log != nullptr) {
    if (absl::Status closed = event_log->Close(); !closed.ok()) return closed;
  }
  const campaign::ReplayComparison comparison =
      campaign::Compare(*file, (*runner)->trace(), strategy.parting());
  const campaign::Verdict verdict = campaign::VerdictOf(report, comparison, options.go_on);
  ShowReplay(
      {options.path, *file, *recorded, report, (*runner)->timeline(), comparison, verdict, command},
      options.output);
  return ExitCodeOf(verdict);
}

}  // namespace

Command ReplayCommand() {
  using Options = ReplayOptions;
  CommandTable<Options> table;
  table.info = {
      .name = "replay",
      .sentence = "Run the execution of a replay file again and say whether it was the same.",
      .positional = "FILE",
      .positional_meaning = "a replay file, as fuzz, explore and run write it",
      .least_names = 1,
      .most_names = 1};
  table.set_names = OneName(&Options::path);
  table.options = {
      {{"--follow-default-after-parting", "",
        "where the code no longer follows the recording, go on without further faults instead of "
        "stopping; the exit code is then that of the run"},
       Set(&Options::go_on)},
      {{kStore.name, kStore.value,
        "another store than the recorded one: sim, sqlite:PATH or a PostgreSQL URI"},
       SetStore<Options>(&Options::store)},
      {{kConform.name, kConform.value,
        "judge too whether it is a run of the model, though it was not when it was recorded"},
       Set(&Options::conform)},
      {kEventLog, Set(&Options::event_log)},
      {kJson, Set(&Options::output, &Output::json)},
      {kAscii, Set(&Options::output, &Output::ascii)}};
  table.run = ReplayAndShow;
  return MakeCommand(std::move(table));
}

}  // namespace fencepost::cli
