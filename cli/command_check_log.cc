// fencepost check-log: do the safety properties hold in what an event log says?
#include "campaign/event_log_check.h"
#include "campaign/event_log_file.h"
#include "cli/commands.h"
#include "cli/common_options.h"
#include "cli/report/event_log_report.h"

namespace fencepost::cli {
namespace {

struct CheckLogOptions {
  std::string path;
  Output output = DefaultOutput();
};

absl::StatusOr<ExitCode> CheckLog(const CheckLogOptions& options) {
  campaign::LogProperties judged;
  absl::Status read = campaign::ReadEventLogFile(options.path, judged);
  if (!read.ok()) return read;
  ShowProperties(options.path, judged, options.output);
  return ExitCodeOf(judged.verdict());
}

}  // namespace

Command CheckLogCommand() {
  using Options = CheckLogOptions;
  CommandTable<Options> table;
  table.info = {
      .name = "check-log",
      .sentence = "Read an event log and judge it by the safety properties that need no more.",
      .positional = "LOG",
      .positional_meaning = "an event log, such as fencepost run --event-log writes",
      .least_names = 1,
      .most_names = 1};
  table.set_names = OneName(&Options::path);
  table.options = {{kJson, Set(&Options::output, &Output::json)}};
  table.run = CheckLog;
  return MakeCommand(std::move(table));
}

}  // namespace fencepost::cli
