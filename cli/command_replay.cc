// fencepost replay: the run of a replay file once more, compared with what was recorded.
#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <nlohmann/json.hpp>

#include "campaign/commands_to_repeat.h"
#include "campaign/crash_note.h"
#include "campaign/replay_parameters.h"
#include "cli/commands.h"
#include "cli/event_log_file.h"
#include "cli/report/compare_replay.h"
#include "cli/report/json_report.h"
#include "cli/report/run_page.h"
#include "cli/report/terminal.h"
#include "cli/store_secret.h"
#include "sim/engine/replay/replay.h"

namespace fencepost::cli {
namespace {

using AfterParting = sim::Replay::AfterParting;

absl::StatusOr<ExitCode> ReplayFileAndShow(const GivenArguments& given) {
  const std::string& path = given.names.front();
  const auto file = sim::ReadReplayFile(path);
  if (!file.ok()) return file.status();
  auto recorded = FromReplayFile(*file);
  if (!recorded.ok()) return recorded.status();
  if (const std::string* store = given.Find("--store")) {
    recorded->options.store = HidePassword(*store);
  }
  const bool only_here = given.Has(kConform.name) && !recorded->options.conform;
  if (only_here) recorded->options.conform = true;
  recorded->options.record_timeline = true;
  const auto event_log = EventLogFile::CreateIfAsked(given);
  if (!event_log.ok()) return event_log.status();
  if (*event_log != nullptr) recorded->options.observer = &(*event_log)->observer();
  const auto runner = Runner::Create(*recorded->scenario, recorded->options);
  if (!runner.ok()) return runner.status();

  const bool go_on = given.Has("--follow-default-after-parting");
  const std::string command = ReplayCommand(path) + (only_here ? " --conform" : "");
  const CrashNote note({file->scenario, command, go_on ? " --follow-default-after-parting" : "",
                        /*has_seed=*/false, given.Has("--json")});
  sim::Replay strategy(file->choices, go_on ? AfterParting::kContinueDefault : AfterParting::kStop);
  const RunReport report = (*runner)->Run(strategy);
  if (*event_log != nullptr) {
    if (absl::Status closed = (*event_log)->Close(); !closed.ok()) return closed;
  }
  const ReplayComparison comparison = Compare(*file, (*runner)->trace(), strategy.parting());
  const ExitCode code = ExitCodeOf(report, comparison, go_on);

  if (given.Has("--json")) {
    Json json =
        RunJson(*recorded->scenario, recorded->options, report, (*runner)->timeline(), code);
    AddComparison(*file, comparison, json);
    json["replay"] = path;
    json["command"] = command;
    PrintJson(json);
    return code;
  }
  const DrawStyle style = StyleFor(STDOUT_FILENO, given.Has("--ascii"));
  const std::string page = command + "\n" + std::string(recorded->scenario->claim) + "\n" +
                           ComparisonText(*file, comparison, style) + "\n" +
                           RunPage(report, (*runner)->timeline(), style);
  std::fputs(page.c_str(), stdout);
  return code;
}

}  // namespace

CommandSpec ReplayCommandSpec() {
  CommandSpec spec;
  spec.name = "replay";
  spec.sentence = "Run the execution of a replay file again and say whether it was the same.";
  spec.positional = "FILE";
  spec.positional_meaning = "a replay file, as fuzz, explore and run write it";
  spec.least_names = 1;
  spec.most_names = 1;
  spec.options = {{"--follow-default-after-parting", "",
                   "where the code no longer follows the recording, go on without further faults "
                   "instead of stopping; the exit code is then that of the run"},
                  {"--store", "STORE",
                   "another store than the recorded one: sim, sqlite:PATH or a "
                   "PostgreSQL URI"},
                  {kConform.name, "",
                   "judge too whether it is a run of the model, though it was not when it was "
                   "recorded"},
                  kEventLogOption,
                  kJson,
                  kAscii};
  spec.execute = ReplayFileAndShow;
  return spec;
}

}  // namespace fencepost::cli
