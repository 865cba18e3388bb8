// fencepost shrink: the failure of a replay file, made as small as it gets.
#include <chrono>

#include "campaign/commands_to_repeat.h"
#include "campaign/crash_note.h"
#include "campaign/recorded_failure.h"
#include "campaign/shrink/shrink_finding.h"
#include "cli/commands.h"
#include "cli/common_options.h"
#include "cli/report/report_failure.h"
#include "cli/report/shrink_report.h"
#include "sim/engine/replay/replay_file.h"

namespace fencepost::cli {
namespace {

struct ShrinkOptions {
  std::string path;
  std::chrono::duration<double> time{60};
  CampaignOutput how = DefaultCampaignOutput();
};

absl::StatusOr<ExitCode> ShrinkAndShow(const ShrinkOptions& options) {
  const std::string& path = options.path;
  absl::Status directory = CheckReplayDirectory(options.how.replay_directory);
  if (!directory.ok()) return directory;
  const campaign::CrashNote note({path, "fencepost shrink " + campaign::ShellWord(path), "",
                                  /*has_seed=*/false, options.how.output.json});
  const auto file = sim::ReadReplayFile(path);
  if (!file.ok()) return file.status();
  const auto found = campaign::FailureOf(*file, path);
  if (!found.ok()) return found.status();
  const auto shrunk = campaign::ShrinkFinding(*found, options.time);
  if (!shrunk.ok()) return shrunk.status();
  return ExitCodeOf(ShowShrunk(*shrunk, options.how.replay_directory, campaign::ReplayCommand(path),
                               options.how.output));
}

}  // namespace

Command ShrinkCommand() {
  using Options = ShrinkOptions;
  CommandTable<Options> table;
  table.info = {
      .name = "shrink",
      .sentence =
          "Make the failure of a replay file as small as it gets, record it, and say from which "
          "decision on it was inevitable.",
      .positional = "FILE",
      .positional_meaning = "a replay file of a failure",
      .least_names = 1,
      .most_names = 1};
  table.set_names = OneName(&Options::path);
  table.options = {{{"--time", "T", "stop after T (default 60s); what is small by then is kept"},
                    Set(&Options::time)},
                   {kReplayDir, Set(&Options::how, &CampaignOutput::replay_directory)},
                   {kJson, Set(&Options::how, &CampaignOutput::output, &Output::json)},
                   {kAscii, Set(&Options::how, &CampaignOutput::output, &Output::ascii)}};
  table.run = ShrinkAndShow;
  return MakeCommand(std::move(table));
}

}  // namespace fencepost::cli
