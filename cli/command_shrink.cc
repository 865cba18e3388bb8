// fencepost shrink: the failure of a replay file, made as small as it gets.
#include <unistd.h>

#include <cstdio>
#include <nlohmann/json.hpp>

#include "campaign/commands_to_repeat.h"
#include "campaign/crash_note.h"
#include "campaign/recorded_failure.h"
#include "campaign/run_setup.h"
#include "campaign/shrink/shrink_finding.h"
#include "cli/arguments.h"
#include "cli/commands.h"
#include "cli/report/campaign_output.h"
#include "cli/report/json_report.h"
#include "cli/report/report_failure.h"
#include "cli/report/terminal.h"
#include "sim/engine/replay/replay_file.h"

namespace fencepost::cli {
namespace {

using Seconds = std::chrono::duration<double>;

constexpr Seconds kDefaultTime{60};

absl::StatusOr<ExitCode> ShrinkAndShow(const GivenArguments& given) {
  const std::string& path = given.names.front();
  Seconds time = kDefaultTime;
  if (const std::string* text = given.Find("--time")) {
    const auto parsed = ParseDuration("--time", *text);
    if (!parsed.ok()) return parsed.status();
    time = Seconds(absl::ToDoubleSeconds(*parsed));
  }
  const std::string directory = ReplayDirectory(given);
  if (absl::Status status = CheckReplayDirectory(directory); !status.ok()) return status;
  const CrashNote note(
      {path, "fencepost shrink " + ShellWord(path), "", /*has_seed=*/false, given.Has("--json")});
  const auto file = sim::ReadReplayFile(path);
  if (!file.ok()) return file.status();
  const auto found = FailureOf(*file, path);
  if (!found.ok()) return found.status();
  const auto shrunk = ShrinkFinding(*found, time);
  if (!shrunk.ok()) return shrunk.status();

  const ExitCode code = ExitCodeOf(shrunk->result.finding->report);
  const FailureReport report = ReportFailure(shrunk->result, directory, ReplayCommand(path));
  if (given.Has("--json")) {
    Json json = RunJson(*shrunk->result.scenario, shrunk->result.options, report.run,
                        report.timeline, code);
    AddShrunk(*shrunk, json);
    json["replay"] = report.written.ok() ? Json(report.path) : Json();
    json["command"] = report.commands.front();
    PrintJson(json);
    return code;
  }
  const DrawStyle style = StyleFor(STDOUT_FILENO, given.Has("--ascii"));
  std::fputs((FailurePage(report, style) + "\n" + ShrunkText(*shrunk)).c_str(), stdout);
  return code;
}

}  // namespace

CommandSpec ShrinkCommand() {
  CommandSpec spec;
  spec.name = "shrink";
  spec.sentence =
      "Make the failure of a replay file as small as it gets, record it, and say from which "
      "decision on it was inevitable.";
  spec.positional = "FILE";
  spec.positional_meaning = "a replay file of a failure";
  spec.least_names = 1;
  spec.most_names = 1;
  spec.options = {{"--time", "T", "stop after T (default 60s); what is small by then is kept"},
                  kReplayDir,
                  kJson,
                  kAscii};
  spec.execute = ShrinkAndShow;
  return spec;
}

}  // namespace fencepost::cli
