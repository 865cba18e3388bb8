// fencepost list: what there is to run, to judge by and to search with.
#include "cli/commands.h"
#include "cli/common_options.h"
#include "cli/report/list_report.h"

namespace fencepost::cli {
namespace {

struct ListOptions {
  Output output = DefaultOutput();
};

absl::StatusOr<ExitCode> List(const ListOptions& options) {
  ShowList(options.output);
  return ExitCode::kClean;
}

}  // namespace

Command ListCommand() {
  CommandTable<ListOptions> table;
  table.info = {
      .name = "list",
      .sentence = "Show the scenarios with their parameters, the properties and the strategies."};
  table.options = {{kJson, Set(&ListOptions::output, &Output::json)}};
  table.run = List;
  return MakeCommand(std::move(table));
}

}  // namespace fencepost::cli
