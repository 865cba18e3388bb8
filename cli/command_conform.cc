// fencepost conform: is what an event log says a run of the model?
#include "campaign/event_log_check.h"
#include "campaign/event_log_file.h"
#include "cli/commands.h"
#include "cli/common_options.h"
#include "cli/report/event_log_report.h"

namespace fencepost::cli {
namespace {

struct ConformOptions {
  std::string path;
  bool rows = false;
  Output output = DefaultOutput();
};

absl::StatusOr<ExitCode> Conform(const ConformOptions& options) {
  campaign::LogConformance log(options.rows ? models::Judged::kRows
                                            : models::Judged::kRowsAndProcesses);
  if (absl::Status read = campaign::ReadEventLogFile(options.path, log); !read.ok()) return read;
  ShowConformance(options.path, log, options.output);
  return ExitCodeOf(log.verdict());
}

}  // namespace

Command ConformCommand() {
  using Options = ConformOptions;
  CommandTable<Options> table;
  table.info = {
      .name = "conform",
      .sentence =
          "Read an event log and check that what happened to its rows and pods is a run of the "
          "model.",
      .positional = "LOG",
      .positional_meaning = "an event log, such as fencepost run --event-log writes",
      .least_names = 1,
      .most_names = 1};
  table.set_names = OneName(&Options::path);
  table.options = {
      {{"--rows", "",
        "judge what becomes of the rows and not what each process does: for a log of a system that "
        "calls the lifecycle itself, and not through a control plane"},
       Set(&Options::rows)},
      {kJson, Set(&Options::output, &Output::json)}};
  table.run = Conform;
  return MakeCommand(std::move(table));
}

}  // namespace fencepost::cli
